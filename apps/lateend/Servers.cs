namespace Lateen.Lateend;

using System.Security.Cryptography.X509Certificates;
using Lateen.Control.Ads;
using Lateen.Lateend.Debug;
using Lateen.Lateend.Grpc;
using Lateen.Lateend.Metrics;
using Lateen.Lateend.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;

/// <summary>The listeners of istiod: 15010 plaintext xDS, 15012 xDS with TLS, 15014 metrics, 15017 webhooks, 8080 debug and ready.</summary>
internal static class Servers
{
    /// <summary>Istio's ISTIO_GPRC_MAXRECVMSGSIZE.</summary>
    private const int LargestMessageBytes = 4 * 1024 * 1024;

    /// <summary>Istio's ISTIO_GPRC_MAXSTREAMS.</summary>
    private const int MostStreams = 100_000;

    public static WebApplication Build(
        LateendOptions options, X509Certificate2 certificate, DiscoveryService discovery, ControlMetrics metrics,
        DebugEndpoints debug, InjectionEndpoint injection, ValidationEndpoint validation, Func<bool> isReady)
    {
        // No watch for appsettings.json: a user has 128 inotify instances on the whole machine, and without one this would not start.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders().AddSimpleConsole(c => c.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = MostStreams;
            kestrel.Limits.MinRequestBodyDataRate = null; // an xDS stream is silent for hours
            kestrel.ListenAnyIP(options.XdsPort, l => l.Protocols = HttpProtocols.Http2);
            kestrel.ListenAnyIP(options.SecureXdsPort, l =>
            {
                l.Protocols = HttpProtocols.Http2;
                l.UseHttps(certificate);
            });
            kestrel.ListenAnyIP(options.WebhookPort, l => l.UseHttps(certificate));
            kestrel.ListenAnyIP(options.MonitoringPort);
            kestrel.ListenAnyIP(options.HttpPort);
        });
        builder.Services.AddGrpc(g => g.MaxReceiveMessageSize = LargestMessageBytes);
        builder.Services.AddSingleton(discovery);

        WebApplication app = builder.Build();
        MapXds(app, options);
        MapWebhooks(app, options, injection, validation);
        app.MapWhen(c => c.Connection.LocalPort == options.MonitoringPort, branch => branch.UseRouting().UseEndpoints(e =>
        {
            e.MapGet("/metrics", () => Results.Text(metrics.Format(), "text/plain; version=0.0.4"));
            e.MapGet("/version", () => LateendVersion.Text);
            // Kiali and istioctl ask here.
            debug.Map(e);
        }));
        app.MapWhen(c => c.Connection.LocalPort == options.HttpPort, branch => branch.UseRouting().UseEndpoints(e =>
        {
            e.MapGet("/ready", () => isReady() ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
            debug.Map(e);
        }));
        return app;
    }

    private static void MapXds(WebApplication app, LateendOptions options) =>
        app.MapWhen(c => c.Connection.LocalPort == options.XdsPort || c.Connection.LocalPort == options.SecureXdsPort,
            branch => branch.UseRouting().UseEndpoints(e => e.MapGrpcService<AdsService>()));

    private static void MapWebhooks(WebApplication app, LateendOptions options, InjectionEndpoint injection, ValidationEndpoint validation) =>
        app.MapWhen(c => c.Connection.LocalPort == options.WebhookPort, branch => branch.UseRouting().UseEndpoints(e =>
        {
            RequestDelegate inject = http => AdmissionReview.HandleAsync(http, request => ValueTask.FromResult(injection.Decide(request)));
            e.MapPost("/inject", inject);
            // Istio lets cluster and network travel in the path: /inject/cluster/NAME/net/NAME.
            e.MapPost("/inject/{**rest}", inject);
            e.MapPost("/validate", http => AdmissionReview.HandleAsync(http, validation.DecideAsync));
        }));
}
