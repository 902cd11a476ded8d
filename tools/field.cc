#include "tools/field.h"

namespace glass::tools {

void FieldList::start(ip::Bytes captured) {
    captured_ = captured;
    fields_.clear();
    memory_.release();
}

std::string_view FieldList::store(std::string_view text) {
    char* copy = static_cast<char*>(memory_.allocate(text.size() + 1, 1));
    text.copy(copy, text.size());
    return {copy, text.size()};
}

Field& FieldList::add(Placed at, Field::Kind kind) {
    const bool not_there = at.width != 0 && (std::uint64_t{at.bit} + at.width + 7) / 8 > captured_.size();
    skipped_ = not_there || (reader_ == For::json && at.info->show == Show::people_only);
    if (skipped_) return scrap_;
    Field& field = fields_.emplace_back();
    field.info = at.info;
    field.kind = kind;
    field.bit = at.bit;
    field.width = at.width;
    return field;
}

void FieldList::add_mark(Placed at, Field::Kind kind) {
    skipped_ = false;  // a list or object opens even where part of it is missing: its end must find its begin
    Field& field = fields_.emplace_back();
    field.info = at.info;
    field.kind = kind;
    field.bit = at.bit;
    field.width = at.width;
}

void FieldList::add_end(Field::Kind kind) {
    fields_.emplace_back().kind = kind;
}

}  // namespace glass::tools
