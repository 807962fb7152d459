# Debian and not Alpine: the prebuilt binaries of lmdb, which the embedded store is made of, are linked to glibc.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Before the sources, so that this layer is built again only when the dependencies change.
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY web ./web
RUN npm run build && rm -f dist/.tsbuildinfo && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    DATA_DIR=/data
WORKDIR /app
# The only place that the program writes to, and only without MONGODB_URI: all else may be mounted read-only.
RUN install --directory --owner=node --group=node --mode=0700 /data
VOLUME ["/data"]
# Owned by root: the program can't change itself. package.json says that dist/ is made of ES modules.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# For /data, where there is no MONGODB_URI.
COPY deploy/backup-embedded-store.mjs ./deploy/
# The image's user "node", as a number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
# Live and not ready: a database that is away for a moment is no reason to replace the process. Node, as there is no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Exec form: node is process 1 and receives the signals itself. It starts no processes that would have to be reaped.
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=100", "dist/main.js"]
