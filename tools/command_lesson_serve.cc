// glass lesson serve: the course as pages, over our own HTTP server and the kernel's sockets.
#include <fmt/format.h>

#include "tools/capture_loop.h"
#include "tools/command_lesson.h"
#include "tools/lesson_pages.h"
#include "tools/web_server.h"

namespace glass::tools {

int run_lesson_serve(const LessonCommand& options) {
    const auto course = open_course();
    if (!course) return complain(course.error()), kCannotRead;
    LessonPages pages;
    ServeCommand command;
    command.log_to.clear();
    // For this machine alone: the tree is nobody else's.
    command.sockets = {{ip::Address(ip::Ipv4Address{0x7f000001}), options.port}};
    LiveLoop loop;
    const auto server = WebServer::open(loop, command, pages);
    if (!server) return complain(server.error()), kCannotRead;
    fmt::print("The course is at {} (Ctrl-C ends)\n", (*server)->urls()[0]);
    std::fflush(stdout);
    while (loop.interrupts() == 0) loop.turn();
    static_cast<void>((*server)->shut_down(std::chrono::seconds(1)));
    return kAllRead;
}

}  // namespace glass::tools
