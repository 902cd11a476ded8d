// The command line of glass get.
#include <memory>

#include "http/authority.h"
#include "http/characters.h"
#include "tools/cli_stack.h"
#include "tools/command_get.h"

namespace glass::tools {
namespace {

/// "Name: value"; a name alone, with its colon, takes a field out that is usually sent.
OptionValue<http::FieldLine> parse_field(const std::string& word) {
    const std::size_t colon = word.find(':');
    if (colon == std::string::npos) return std::unexpected("takes 'Name: value', not '" + word + "'");
    http::FieldLine field(word.substr(0, colon), http::trim(std::string_view(word).substr(colon + 1)));
    if (http::same_name(field.first, "Host")) {
        if (http::check_host(field.second)) return field;
        return std::unexpected("'" + field.second + "' is no host");
    }
    if (const auto error = http::why_not(field))
        return std::unexpected(std::string(to_string(*error)) + ": '" + word + "'");
    return field;
}

OptionValue<std::string> parse_range(const std::string& word) {
    const bool good = word.find_first_not_of("0123456789-,") == std::string::npos &&
                      word.find('-') != std::string::npos && word != "-";
    if (good) return word;
    return std::unexpected("takes a range as 0-499, 500- or -500, not '" + word + "'");
}

void add_request(CLI::App& c, GetCommand& o) {
    CLI::Option* upload = c.add_option("-T,--upload", o.upload, "PUT this file; - is standard input")
                              ->type_name("FILE")
                              ->check(CLI::Validator(why_empty, ""));
    CLI::Option* data = c.add_option_function<std::vector<std::string>>(
                             "-d,--data",
                             [&o](const std::vector<std::string>& words) {
                                 for (const std::string& word : words)
                                     o.data = o.data ? *o.data + "&" + word : word;
                             },
                             "POST this text, or with @ in front a file; several are joined with &")
                            ->type_name("DATA")
                            ->allow_extra_args(false)
                            ->excludes(upload);
    add_parsed(
        c, "-X,--method",
        [](const std::string& word) -> OptionValue<std::string> {
            http::ClientRequest request;
            request.method = word;
            const auto error = why_not(request);
            if (!error) return word;
            return std::unexpected("'" + word + "': " + std::string(to_string(*error)));
        },
        [&o](const std::string& word) { o.method = word; }, "METHOD", "any other method");
    c.add_flag("-I,--head", o.head, "HEAD: print the head of the response")->excludes(upload)->excludes(data);
    c.add_option_function<std::vector<std::string>>(
         "-H,--header",
         [&o](const std::vector<std::string>& words) {
             for (const std::string& word : words) {
                 auto field = parse_field(word);
                 if (!field) throw CLI::ValidationError("-H", field.error());
                 o.fields.push_back(std::move(*field));
             }
         },
         "one more field: 'Name: value'; 'Name:' takes it out")
        ->type_name("FIELD")
        ->allow_extra_args(false);
    group_rest(c, "Request");
}

void add_answer(CLI::App& c, GetCommand& o) {
    CLI::Option* output =
        c.add_option("-o,--output", o.output, "into this file; - is standard output, even a terminal")
            ->type_name("FILE");
    c.add_flag("-O,--remote-name", o.remote_name, "into a file with the URL's last name")->excludes(output);
    CLI::Option* resume = c.add_flag("-C,--continue", o.resume, "go on at the end of the file");
    CLI::Option* range = c.add_option_function<std::string>(
        "-r,--range",
        [&o](const std::string& word) {
            const auto range_given = parse_range(word);
            if (!range_given) throw CLI::ValidationError("-r", range_given.error());
            o.range = word;
        },
        "these bytes: 0-499, 500-, -500");
    range->type_name("RANGE")->excludes(resume);
    c.add_flag("--compressed", o.compressed, "ask for gzip and deflate, and take them off")
        ->excludes(resume)
        ->excludes(range);
    c.add_flag_callback(
        "--no-location", [&o] { o.follow = false; }, "do not follow redirects");
    c.add_flag("-f,--fail", o.fail, "status 400 and above is a failure, and its page is left out");
    add_parsed(
        c, "--max-time", parse_seconds, [&o](ip::Duration d) { o.max_time = d; }, "TIME",
        "for each URL: 10s, 2min");
    add_parsed(
        c, "--max-size", parse_octets, [&o](std::uint64_t n) { o.most = n; }, "BYTES",
        "of content (no limit; 1GiB once it is decoded)");
    add_whole(c, "--retry", o.retries, 0, 1000,
              "so many more attempts, each from where the last one broke off (0)");
    group_rest(c, "Answer");
}

void add_reports(CLI::App& c, GetCommand& o) {
    c.add_flag("-v,--verbose", o.verbose, "what HTTP says and what TCP does, in the order of time");
    c.add_flag("--json", o.json, "one JSON object about each URL; without -o or -O no content");
    c.add_flag_callback(
        "--no-progress", [&o] { o.progress = false; }, "no line about it on a terminal");
    add_words<ColorChoice>(
        c, "--color", o.color,
        {{"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}},
        "auto, always or never");
    group_rest(c, "Report");
}

/// What options say together, and cannot mean. Nothing: all is well.
std::string contradiction(const GetCommand& o) {
    const bool file = o.remote_name || (!o.output.empty() && o.output != "-");
    if (o.resume && !file) return "-C goes on with a file: name it with -o or -O";
    if (o.resume && (o.data || !o.upload.empty() || o.head)) return "-C is for GET";
    if (o.urls.size() > 1 && file && !o.remote_name) return "-o FILE is for one URL: -O makes a file of each";
    if (o.json && o.output == "-") return "--json and -o - would mix on standard output";
    return {};
}

}  // namespace

void add_get_command(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("get", "what is at a URL, or something sent there; also over our own TCP");
    const auto o = std::make_shared<GetCommand>();
    // A window that a fast path, or a long one, can fill.
    o->live.tcp.receive_capacity = o->live.tcp.send_capacity = 4 << 20;
    c.add_option("URL", o->urls, "http://HOST[:PORT]/PATH")->required();
    add_request(c, *o);
    add_answer(c, *o);
    add_reports(c, *o);
    c.add_flag("--tun", o->own_stack, "over our own TCP; so do the options below (over the kernel's TCP)");
    add_stack(c, o->live);
    c.footer(
        "\nTry:  glass get -v http://127.0.0.1:8000/ | glass get -C -o FILE URL | glass get -T FILE URL\n"
        "      glass get -v --tun --link \"loss 5% rtt 40ms\" http://10.7.0.1:8000/\n"
        "Exit status: 0 done, 1 not, or not as a whole, 2 it cannot be asked, or the disk is full.");
    commands.push_back({&c, [o, &c] {
                            if (const std::string why = contradiction(*o); !why.empty()) {
                                complain(why + " (glass get --help)");
                                return kCannotRead;
                            }
                            o->own_stack |= asks_for_stack(c);
                            return run_get(*o);
                        }});
}

}  // namespace glass::tools
