// Getter: fetches one URL after the other over a transport, with as few connections as that takes.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/client_stream.h"
#include "tools/get_transfer.h"
#include "tools/transport.h"

namespace glass::tools {

class Getter {
public:
    /// Told of every new connection before anything is sent on it; and when it is over.
    struct Observer {
        std::function<void(const Stream&)> begins;
        std::function<void(const ClientStream&)> opened;
        std::function<void(const ClientStream&)> ends;
    };

    Getter(LiveLoop& loop, Transport& transport, const GetCommand& command, GetVoice& voice,
           Observer observer);

    /// Returns the exit status: that of the worst.
    int run();

private:
    int get(const std::string& word);
    int transfer(GetTransfer& transfer);
    bool attempt(GetTransfer& transfer);
    std::expected<void, std::string> connect(const http::HttpUrl& to);
    std::expected<std::vector<ip::Address>, std::string> look_up(const std::string& host);
    std::expected<void, std::string> try_connect(const tcp::Endpoint& remote);
    void hang_up(ip::Duration most);
    void break_off();
    void pause(ip::Duration time);
    void report(GetTransfer& transfer, const std::string& url);

    [[nodiscard]] bool turn(std::optional<ip::Time> until = {});
    [[nodiscard]] bool stopped() const;
    [[nodiscard]] std::string why_stopped() const;
    [[nodiscard]] std::string why_broken() const;

    LiveLoop& loop_;
    Transport& transport_;
    const GetCommand& command_;
    GetVoice& voice_;
    Observer observer_;
    http::ClientOptions options_;
    std::unique_ptr<ClientStream> connection_;
    http::HttpUrl origin_;  ///< of the connection
    ip::Time began_{};      ///< the URL that it is about now
    bool fresh_ = false;    ///< nothing came over the connection yet
    bool reported_ = false;
};

}  // namespace glass::tools
