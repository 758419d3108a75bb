# The commands people type. Everything works from a fresh checkout: set-up is part of each.
.PHONY: demo test build setup format tidy clean

# Builds, ingests the samples with progress, asks ten questions, says where everything is.
#   make demo CHUNK_SIZE=128    the same with other chunks: only chunking and what follows is computed again
demo: build
	@CHUNK_SIZE=$(CHUNK_SIZE) scripts/demo.sh

# Everything CI checks.
test: setup
	@scripts/test.sh

# build/bin/si-cli and build/bin/si-parse.
build: setup
	@cmake --preset release -DSI_TESTS=OFF >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build build/release --target si-cli si-parse
	@ln -sfn release/bin build/bin

setup:
	@mkdir -p build
	@scripts/setup.sh

format:
	@git ls-files '*.cc' '*.h' | xargs clang-format-19 -i

tidy: setup
	@scripts/tidy.sh

clean:
	rm -rf build
