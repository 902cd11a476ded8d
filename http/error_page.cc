#include "http/error_page.h"

#include "http/html.h"
#include "http/status.h"

namespace glass::http {

namespace {

Response page(std::uint16_t status, std::string_view inner) {
    Response response{.status = status};
    response.add("Content-Type", "text/html; charset=utf-8");
    const std::string title = std::to_string(status) + " " + std::string(reason(status));
    response.content.append("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<title>")
        .append(title)
        .append("</title>\n<h1>")
        .append(title)
        .append("</h1>\n")
        .append(inner);
    return response;
}

}  // namespace

Response error_page(std::uint16_t status, std::string_view why) {
    return page(status, why.empty() ? std::string() : "<p>" + html_text(why) + "</p>\n");
}

Response redirect_page(std::uint16_t status, std::string_view location) {
    const std::string to = html_text(location);
    Response response = page(status, "<p><a href=\"" + to + "\">" + to + "</a></p>\n");
    response.add("Location", location);
    return response;
}

}  // namespace glass::http
