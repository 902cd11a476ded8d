// The command line of the commands that run our own stack on this machine's network.
#include <memory>
#include <optional>

#include "tools/cli_stack.h"
#include "tools/command_doctor.h"
#include "tools/command_lab.h"
#include "tools/command_nc.h"
#include "tools/command_ping.h"

namespace glass::tools {
namespace {

CLI::Option* add_sockets(CLI::App& c, std::vector<tcp::Endpoint>& endpoints) {
    return c
        .add_option_function<std::vector<std::string>>(
            "--sockets",
            [&endpoints](const std::vector<std::string>& words) {
                for (const std::string& word : words) {
                    const auto endpoint = parse_endpoint(word);
                    if (!endpoint) throw CLI::ValidationError("--sockets", endpoint.error());
                    endpoints.push_back(*endpoint);
                }
            },
            "over the kernel's TCP instead, at 127.0.0.1:8000; once or more often")
        ->type_name("ADDR:PORT")
        ->allow_extra_args(false);
}

/// Says that there is nothing for them to do: nobody should wait for a record in vain.
bool stack_in_vain(const CLI::App& c, bool sockets) {
    if (!sockets || !asks_for_stack(c)) return false;
    complain(
        "with --sockets the kernel does the TCP: options of our own stack, as --record, have nothing to do "
        "(glass " +
        c.get_name() + " --help)");
    return true;
}

void add_serve(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("serve", "a web server in which every octet is carried by our own TCP");
    const auto o = std::make_shared<ServeCommand>();
    c.add_option("DIR", o->directory, "what is served (the current directory; with --live nothing)");
    CLI::Option* page =
        c.add_flag("--live", o->page, "a page that shows the packets which carry it, at /live/");
    add_whole(c, "--port", o->port, 1, 65535, "TCP port (80)");
    add_sockets(c, o->sockets)->excludes(page);
    c.add_option("--log", o->log_to, "append a line for each response here (standard output)")
        ->type_name("FILE");
    c.add_flag_callback(
        "--quiet", [o] { o->log_to.clear(); }, "no lines");
    c.add_flag("--uploads", o->uploads, "PUT and POST make new files");
    add_parsed(
        c, "--max-upload", parse_octets, [o](std::uint64_t n) { o->max_upload = n; }, "BYTES",
        "of one request's content (1GiB)");
    c.add_flag("--hidden", o->hidden, "serve files whose names begin with a dot, too");
    group_rest(c, "Server");
    add_stack(c, o->live);
    c.footer(
        "\nTry:  glass serve . & curl http://10.7.0.2/ | glass serve --sockets 127.0.0.1:8000\n"
        "      glass serve --link \"loss 5% rtt 40ms\" --record lossy.pcapng\n"
        "      glass serve --live, and a browser at http://10.7.0.2/live/\n"
        "Without rights to make an interface: glass lab. Exit status: 0 ended as told, 2 it cannot serve.");
    commands.push_back({&c, [o, &c] {
                            if (stack_in_vain(c, !o->sockets.empty())) return kCannotRead;
                            return run_serve(*o);
                        }});
}

void add_ping(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("ping", "echo requests from our own stack, and what comes back");
    const auto o = std::make_shared<PingCommand>();
    c.add_option_function<std::string>(
         "ADDR",
         [o](const std::string& word) {
             const auto address = ip::parse_address(word);
             if (!address)
                 throw CLI::ValidationError("ADDR", "takes an IPv4 or IPv6 address, not '" + word + "'");
             o->to = *address;
         },
         "whom: the kernel is 10.7.0.1 and fd07::1")
        ->required();
    add_whole(c, "-c,--count", o->count, 1, UINT64_MAX, "stop after so many (with Ctrl-C)");
    add_parsed(
        c, "-i,--interval", parse_seconds, [o](ip::Duration d) { o->interval = d; }, "TIME",
        "between two of them (1s)");
    add_whole(c, "-s,--size", o->size, 0, 65000, "bytes of data (56)");
    add_parsed(
        c, "-W,--wait", parse_seconds, [o](ip::Duration d) { o->wait = d; }, "TIME",
        "for answers to the last one (1s)");
    group_rest(c, "Ping");
    add_stack(c, o->live);
    c.footer(
        "\nTry:  glass ping -c 3 10.7.0.1 | glass ping fd07::1 --link \"loss 20% rtt 40ms\"\n"
        "Exit status: 0 something was answered, 1 nothing was, 2 it cannot be sent.");
    commands.push_back({&c, [o] { return run_ping(*o); }});
}

/// "ADDR PORT"; or "PORT" alone, at any address of both versions. Empty: it is none of these.
std::vector<tcp::Endpoint> endpoints_of(const std::vector<std::string>& words) {
    const auto port = parse_whole(words.back(), 1, 65535);
    if (!port) return {};
    const auto number = static_cast<std::uint16_t>(*port);
    if (words.size() == 1) return {{ip::Ipv4Address{}, number}, {ip::Ipv6Address{}, number}};
    const auto address = ip::parse_address(words[0]);
    if (!address) return {};
    return {{*address, number}};
}

void add_nc(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("nc", "a byte pipe: standard input to the other end, and back");
    const auto o = std::make_shared<NcCommand>();
    c.add_flag("-l,--listen", o->listens, "wait for somebody to connect");
    const auto words = std::make_shared<std::vector<std::string>>();
    const auto take = [o, words](const std::string& word) {
        words->push_back(word);
        const bool complete = words->size() == 2 || o->listens;
        o->endpoints = complete ? endpoints_of(*words) : std::vector<tcp::Endpoint>();
    };
    c.add_option_function<std::string>("ADDR", take, "the other end; with -l ours, which may be left out")
        ->required();
    c.add_option_function<std::string>("PORT", take, "its TCP port");
    c.add_flag("--sockets", o->sockets, "over the kernel's TCP");
    group_rest(c, "Pipe");
    add_stack(c, o->live);
    c.footer(
        "\nTry:  glass nc 10.7.0.1 7000 <FILE | glass nc -l 7000 >FILE\n"
        "The end of the input closes our direction; the other one goes on.\n"
        "Exit status: 0 both directions came to their end, 1 they did not, 2 it cannot be done here.");
    commands.push_back({&c, [o, &c] {
                            if (stack_in_vain(c, o->sockets)) return kCannotRead;
                            if (!o->endpoints.empty()) return run_nc(*o);
                            complain("nc takes an address and a port: glass nc 10.7.0.1 7000");
                            return kCannotRead;
                        }});
}

void add_lab(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand(
        "lab", "a network of its own, with our server in it, for a command: needs no rights");
    const auto o = std::make_shared<LabCommand>();
    o->server.log_to.clear();
    c.add_option("CMD", o->words, "after --: what to run there ($SHELL)");
    c.add_option("--dir", o->server.directory, "what our server serves (the current directory)")
        ->type_name("DIR");
    c.add_flag("--live", o->server.page, "a page that shows the packets which carry it, at /live/");
    c.add_flag_callback(
        "--no-server", [o] { o->serves = false; }, "the network alone");
    add_whole(c, "--port", o->server.port, 1, 65535, "of our server (80)");
    c.add_option("--log", o->server.log_to, "append a line for each response here")->type_name("FILE");
    group_rest(c, "Lab");
    add_stack(c, o->server.live);
    c.footer(
        "\nTry:  glass lab -- curl http://10.7.0.2/ | glass lab --link \"loss 5% rtt 40ms\" -- wget -r "
        "10.7.0.2\n"
        "When CMD ends, or glass does, all of it is gone. Exit status: that of CMD; 127 there is no CMD, 2\n"
        "there can be no such network (glass doctor tells why).");
    commands.push_back({&c, [o] { return run_lab(*o); }});
}

void add_doctor(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("doctor", "what this machine allows, and what each command can do");
    c.footer(
        "\nWhat it says it has tried: it makes an interface and a network, which are gone at once.\n"
        "Exit status: 0.");
    commands.push_back({&c, [] { return run_doctor(); }});
}

}  // namespace

void add_live_commands(CLI::App& app, Commands& commands) {
    add_serve(app, commands);
    add_get_command(app, commands);
    add_ping(app, commands);
    add_nc(app, commands);
    add_lab(app, commands);
    add_doctor(app, commands);
}

}  // namespace glass::tools
