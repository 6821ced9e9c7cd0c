#include "write_csv.h"

#include <fstream>
#include <stdexcept>

namespace reconstruction {

namespace {

void write_row(std::ofstream& file, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) file << (i == 0 ? "" : ",") << cells[i];
  file << '\n';
}

}  // namespace

void write_csv(const Table& table, const std::string& folder) {
  const std::string path = folder + "/" + table.name + ".csv";
  std::ofstream file(path, std::ios::binary);
  write_row(file, table.columns);
  for (const auto& row : table.rows) write_row(file, row);
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace reconstruction
