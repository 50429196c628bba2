# Debian, not Alpine: onnxruntime and sharp come as glibc binaries.
# To pin the bytes too: --build-arg NODE_IMAGE=node:24.19.0-bookworm-slim@sha256:<digest>, or write the digest here.
ARG NODE_IMAGE=node:24.19.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY examples/storefront examples/storefront
RUN npm run build && chmod 755 dist/cli.js
# What only developers need goes, the npm package `node` among it; TypeScript stays behind as a peer of Qdrant's client,
# which needs it for its types alone. Of onnxruntime, every binary for another platform goes: 240 of its 288 MB.
RUN npm prune --omit=dev && rm -rf node_modules/typescript node_modules/@typescript && \
    cd node_modules/onnxruntime-node/bin/napi-v6 && \
    find . -mindepth 2 -maxdepth 2 ! -path "./linux/$(node -p process.arch)" -exec rm -rf {} + && \
    find . -mindepth 1 -maxdepth 1 -empty -delete && \
    test -e "linux/$(node -p process.arch)/onnxruntime_binding.node"

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Vitrine" \
      org.opencontainers.image.description="Product search by text and by image, over GraphQL" \
      org.opencontainers.image.licenses="MIT"
# Writable even where the root is read-only: the embedded store and imported images, downloaded models.
RUN install -d -o node -g node /data /models && ln -s /app/dist/cli.js /usr/local/bin/vitrine
WORKDIR /app
COPY LICENSE package.json ./
COPY models/mini models/mini
COPY examples/catalogue/products.jsonl examples/catalogue/
COPY examples/catalogue/images examples/catalogue/images
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# Large pages for what malloc takes, the weights of the model above all: a text takes 16 to 24 % less of the processor, an
# image 8 %, and no more memory.
ENV NODE_ENV=production \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1 \
    NODE_OPTIONS=--enable-source-maps \
    HOST=0.0.0.0 \
    DATA_DIR=/data \
    MODEL_CACHE_DIR=/models
# By number, so that Kubernetes can tell that it is not root. It is the image's user `node`.
USER 1000:1000
VOLUME ["/data", "/models"]
EXPOSE 4000
STOPSIGNAL SIGTERM
# Alive, not ready: some orchestrators restart what is unhealthy, and a restart does not bring an absent Qdrant back.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health/live`, { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: node is the first process and gets the signals. `docker run … vitrine vitrine --help` works, too.
ENTRYPOINT []
CMD ["node", "dist/main.js"]
