# syntax=docker/dockerfile:1
# Build: docker build -t hunkwise .          Run: docker run --rm -v "$PWD:/repo:ro" hunkwise review --repo /repo --range HEAD
FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY deploy/setup deploy/setup
RUN deploy/setup/system.sh && deploy/setup/grammars.sh /opt/grammars
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product hunkwise --static-swift-stdlib \
    && strip .build/release/hunkwise

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git libcurl4 libgit2-1.5 libre2-9 libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /var/lib/hunkwise hunkwise
COPY --from=build /src/.build/release/hunkwise /usr/local/bin/hunkwise
COPY --from=build /opt/grammars /usr/local/lib/hunkwise/grammars
USER hunkwise
WORKDIR /var/lib/hunkwise
VOLUME /var/lib/hunkwise
HEALTHCHECK CMD ["hunkwise", "doctor", "--quiet", "--offline"]
ENTRYPOINT ["hunkwise"]
CMD ["--help"]
