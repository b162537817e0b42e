#!/usr/bin/env bash
# Fetches the official test suites that the conformance tests look for, as NAME.tar.xz in a folder of your choice:
#
#   scripts/get-fixtures.sh [FOLDER]      (../shared/fixtures beside the repository by default)
#   HEDDLE_FIXTURES=FOLDER npm run check
#
# Needs git, curl, tar and xz, about 6 GB of disk while it works, and some minutes. What is there already is kept.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-${HEDDLE_FIXTURES:-$root/../shared/fixtures}}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# clone NAME REPOSITORY: a shallow clone of the newest commit in $work/NAME.
clone() {
  echo "cloning $2"
  git clone --quiet --depth 1 "https://github.com/$2" "$work/$1"
}

# pack NAME DIRECTORY ENTRY...: $folder/NAME.tar.xz with these entries of the directory.
pack() {
  local name=$1 directory=$2
  shift 2
  echo "packing $name.tar.xz"
  tar -cJf "$work/$name.tar.xz" -C "$directory" "$@"
  mv "$work/$name.tar.xz" "$folder/$name.tar.xz"
}

missing() {
  [ ! -e "$folder/$1.tar.xz" ]
}

if missing ethereum-tests; then
  clone ethereum-tests ethereum/tests
  pack ethereum-tests "$work/ethereum-tests" \
    GeneralStateTests BlockchainTests TransactionTests RLPTests TrieTests DifficultyTests BasicTests
fi

if missing legacytests-constantinople || missing legacytests-cancun-sample; then
  clone legacytests ethereum/legacytests
  if missing legacytests-constantinople; then
    pack legacytests-constantinople "$work/legacytests" Constantinople/GeneralStateTests Constantinople/VMTests
  fi
  # The whole suite, under the name that the tests know.
  if missing legacytests-cancun-sample; then
    pack legacytests-cancun-sample "$work/legacytests" Cancun/GeneralStateTests
  fi
fi

# release NAME TAG ARCHIVE ENTRY...: entries of the fixtures folder of a release of execution-spec-tests.
release() {
  local name=$1 tag=$2 archive=$3
  shift 3
  missing "$name" || return 0
  echo "downloading $archive of $tag"
  mkdir -p "$work/$name"
  curl -fsSL "https://github.com/ethereum/execution-spec-tests/releases/download/$tag/$archive" |
    tar -xz -C "$work/$name" --strip-components=1
  pack "$name" "$work/$name" "$@"
}

release eest-prague pectra-devnet-5%40v1.1.0 fixtures_pectra-devnet-5.tar.gz \
  state_tests blockchain_tests transaction_tests
release eest-osaka fusaka-devnet-5%40v1.1.0 fixtures_fusaka-devnet-5.tar.gz state_tests

echo "fixtures are in $folder"
