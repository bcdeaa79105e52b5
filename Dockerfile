# The whole of Signalbox: a silo by default; Signalbox.Api.dll (one process) and Signalbox.Sandbox.dll (the platforms' emulators) lie beside it.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY src src
RUN dotnet publish src/Silo -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .

# Wins over the file, so that the health check knows where to ask.
ENV SIGNALBOX__LISTEN=http://0.0.0.0:8080
EXPOSE 8080 11111 30000
USER $APP_UID

# The image has no curl.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

ENTRYPOINT ["dotnet", "Signalbox.Silo.dll"]
CMD ["--config", "/etc/signalbox/signalbox.json"]
