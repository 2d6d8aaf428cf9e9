# Everything a developer does here. `make` alone lists the targets.
#
# GNU make ends a failed run with a line of its own ("Error 1"), which says nothing. So each target runs in an inner make, whose
# steps write the reason of a failure to $(REASON). The outer make prints that reason last.

STYLE ?= starry_night
PREFIX ?= /usr/local
TORCH ?= cpu
CONFIGURATION ?= Release

TARGETS := setup build demo test bench format check check-format pack install clean
.DEFAULT_GOAL := help
.PHONY: help $(TARGETS) $(TARGETS:%=inner-%)

help: ## list the targets (the default)
	@sed -nE 's/^#? ?([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@echo
	@echo "  TORCH=cuda        libtorch for NVIDIA GPUs, where the NuGet sources have it"
	@echo "  LIBTORCH=DIR      another libtorch: of pytorch.org (CUDA), or the one inside an installed PyTorch"
	@echo "  STYLE=NAME        the style of the demo ($(STYLE))"
	@echo "  PREFIX=, DESTDIR= where to install ($(PREFIX))"

ifndef REASON
# ---- outer make ---------------------------------------------------------------------------------------------

REASON := $(CURDIR)/artifacts/reason

$(TARGETS): %: inner-%
	$(if $(file <$(REASON)),$(error $(file <$(REASON))))@:

$(TARGETS:%=inner-%): inner-%:
	@mkdir -p $(dir $(REASON)) && rm -f $(REASON)
	@$(MAKE) --no-print-directory REASON=$(REASON) $* || [ -s $(REASON) ] || echo "make $* failed; see above." > $(REASON)

else
# ---- inner make ---------------------------------------------------------------------------------------------

export REASON
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
# A bare machine has no ICU; neither the build nor the tool needs one.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT := 1
# The version comes from git's tags. Without git it is the one in Directory.Build.props.
export MinVerSkip := $(if $(shell command -v git),false,true)
# The tests start the tool, whose host looks here first; an SDK in a home folder is found in no other way.
export DOTNET_ROOT ?= $(patsubst %/,%,$(dir $(realpath $(shell command -v dotnet))))

STEP := tools/step.sh
VIDEOSTYLE := artifacts/videostyle
DOTNET_FLAGS := -c $(CONFIGURATION) --nologo -v quiet -p:Torch=$(TORCH)
CLIP := sample-videos/lake.mp4
DEMO := artifacts/demo
NOT_RESTORED_cpu := The NuGet packages cannot be restored; the reason is above.
NOT_RESTORED_cuda := TorchSharp-cuda-linux cannot be restored from the NuGet sources of this machine; add one that has it, or build \
    without TORCH=cuda and let LIBTORCH=DIR name a libtorch with CUDA.
NOT_RESTORED = $(or $(NOT_RESTORED_$(TORCH)),TORCH=$(TORCH) is neither cpu nor cuda.)
COMPLETIONS := bash-completion/completions zsh/site-functions fish/vendor_completions.d

setup: ## install what is missing (apt), or say that nothing is
	@tools/setup.sh $(SETUP)

build: setup ## build the native library and artifacts/videostyle
	@tools/build-native.sh
	@$(STEP) "$(NOT_RESTORED)" dotnet restore src/VideoStyle.Cli -v quiet -p:Torch=$(TORCH)
	@$(STEP) "The .NET code does not build; the compiler's messages are above." \
	    dotnet build src/VideoStyle.Cli $(DOTNET_FLAGS)
	@tools/launcher.sh artifacts/bin/VideoStyle.Cli/$(shell echo $(CONFIGURATION) | tr A-Z a-z) $(VIDEOSTYLE)

demo: build ## convert a sample clip and measure how steady the result is
	@mkdir -p $(DEMO)
	@$(STEP) "The demo clip could not be converted." \
	    $(VIDEOSTYLE) convert $(CLIP) $(DEMO)/lake.$(STYLE).mp4 --style $(STYLE) --coherence fast --force
	@$(STEP) "The demo clip could not be converted frame by frame." \
	    $(VIDEOSTYLE) convert $(CLIP) $(DEMO)/lake.$(STYLE).per-frame.mp4 --style $(STYLE) --coherence off --force
	@echo
	@$(STEP) "The result could not be measured." \
	    $(VIDEOSTYLE) measure $(CLIP) $(DEMO)/lake.$(STYLE).mp4 --per-frame $(DEMO)/lake.$(STYLE).per-frame.mp4
	@echo
	@echo "Source:            $(CURDIR)/$(CLIP)"
	@echo "Stylized, steady:  $(CURDIR)/$(DEMO)/lake.$(STYLE).mp4"
	@echo "Frame by frame:    $(CURDIR)/$(DEMO)/lake.$(STYLE).per-frame.mp4 (for comparison)"

test: SETUP := --tests
test: pack ## set up, build, pack and run every test
	@$(STEP) "The tests do not build; the compiler's messages are above." dotnet build VideoStyle.sln $(DOTNET_FLAGS)
	@VIDEOSTYLE_REQUIRE=native,fixtures,package $(STEP) "A test failed; its name and message are above." \
	    dotnet test VideoStyle.sln -c $(CONFIGURATION) --no-build --nologo -m:1

bench: build ## measure the speed of every stage on this machine
	@$(STEP) "The benchmark failed." $(VIDEOSTYLE) bench

format: ## format the C# code
	@$(STEP) "dotnet format failed." dotnet format VideoStyle.sln

check-format: ## check the format and the code style of the C# code
	@$(STEP) "The format check failed; run \`make format\`." dotnet format VideoStyle.sln --verify-no-changes

check: ## format, analyzers, native warnings and generated documents, without tests
	@$(STEP) "The format check failed; run \`make format\`." \
	    dotnet format whitespace . --folder --exclude artifacts --verify-no-changes
	@tools/build-native.sh --strict
	@$(STEP) "An analyzer or the compiler has an objection; it is above." dotnet build VideoStyle.sln $(DOTNET_FLAGS)
	@tools/check-docs.sh artifacts/bin/VideoStyle.Cli/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/VideoStyle.Cli

pack: build ## build the NuGet package into artifacts/package
	@rm -rf artifacts/package
	@$(STEP) "The package cannot be built; the reason is above." dotnet pack src/VideoStyle $(DOTNET_FLAGS)
	@ls artifacts/package/*.nupkg

install: build ## install into $(DESTDIR)$(PREFIX)
	@rm -rf $(DESTDIR)$(PREFIX)/lib/videostyle/torch
	@$(STEP) "The tool could not be installed into $(DESTDIR)$(PREFIX)." \
	    dotnet publish src/VideoStyle.Cli $(DOTNET_FLAGS) -o $(DESTDIR)$(PREFIX)/lib/videostyle \
	        -p:PublishLibTorch=$(if $(LIBTORCH),false,true) --use-current-runtime --self-contained false
	@tools/launcher.sh $(PREFIX)/lib/videostyle $(DESTDIR)$(PREFIX)/bin/videostyle
	@install -D -m 644 src/VideoStyle.Cli/videostyle.1 $(DESTDIR)$(PREFIX)/share/man/man1/videostyle.1
	@mkdir -p $(COMPLETIONS:%=$(DESTDIR)$(PREFIX)/share/%)
	@$(VIDEOSTYLE) completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/videostyle
	@$(VIDEOSTYLE) completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_videostyle
	@$(VIDEOSTYLE) completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/videostyle.fish
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/videostyle, its manual page and its completions."

clean: ## remove everything that was built
	@rm -rf artifacts

endif
