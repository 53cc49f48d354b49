namespace Lateen.Local.ApiServer;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Admission;
using Lateen.Local.ApiServer.Http;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Security;
using Lateen.Local.Cluster;
using Lateen.Local.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

/// <summary>The local cluster's API server: Kubernetes' REST API over TLS on a durable store.</summary>
public sealed class ClusterApiServer : IAsyncDisposable
{
    private const int MaxStreams = 1000;

    private readonly WebApplication app;
    private readonly ObjectStore store;
    private readonly WebhookAdmission webhooks;

    private ClusterApiServer(WebApplication app, ObjectStore store, WebhookAdmission webhooks, ClusterCertificates certificates,
        IClusterClient client)
    {
        Client = client;
        this.app = app;
        this.store = store;
        this.webhooks = webhooks;
        Certificates = certificates;
    }

    public ClusterCertificates Certificates { get; }

    /// <summary>The same pipeline without transport, for the cluster's own parts; it is past RBAC.</summary>
    public IClusterClient Client { get; }

    /// <summary>Serves log, exec, attach, proxy and calls to webhooks behind Services; may be set after the start.</summary>
    public IPodRuntime? Runtime { get; set; }

    /// <summary>Reaches webhooks behind Services; by default a ready endpoint through <see cref="Runtime"/>.</summary>
    public Func<string, string, int, CancellationToken, Task<Stream>>? WebhookDialer
    {
        get => webhooks.Dialer;
        set => webhooks.Dialer = value;
    }

    /// <summary>Where the server listens, ports resolved.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    public static async Task<ClusterApiServer> StartAsync(ClusterApiServerOptions options, CancellationToken cancel)
    {
        var certificates = ClusterCertificates.LoadOrCreate(options.CertificateFolder);
        var store = new ObjectStore(options.StorePath, options.WatchHistory);
        var catalog = new ResourceCatalog();
        foreach (StoredObject crd in store.List("apiextensions.k8s.io/customresourcedefinitions", null).Items)
        {
            catalog.PutCustom(crd.Value);
        }

        var clock = TimeProvider.System;
        var tokens = new ServiceAccountTokens(certificates.TokenKey, store, clock);
        var admission = new AdmissionChain(catalog, new ServiceAllocator(store));
        admission.ServiceAccounts = new ServiceAccountAdmission(store);
        var pipeline = new ResourcePipeline(store, catalog, admission, clock);
        var client = new LocalClusterClient(pipeline, tokens, clock);
        ClusterApiServer? server = null;
        IPodRuntime? Runtime() => server?.Runtime;
        var dialer = new ServiceDialer(store, Runtime);
        var webhooks = new WebhookAdmission(store, catalog, options.Log) { Dialer = dialer.DialAsync };
        admission.Webhooks = webhooks;
        var authenticator = new Authenticator(certificates, tokens);
        var authorizer = new RbacAuthorizer(store);
        admission.Authorizer = authorizer;
        var subresources = new SubresourceHandler(pipeline, new ScaleHandler(pipeline), new PodStreams(pipeline, Runtime),
            new ProxyHandler(pipeline, dialer, Runtime), client);
        var parts = new ApiServerParts(catalog, new UnprotectedHandler(tokens), authenticator, authorizer,
            new DiscoveryHandler(catalog),
            new OpenApiHandler(catalog), new ListHandler(pipeline), new WatchHandler(pipeline),
                new ResourceHandler(pipeline, clock),
            new ReviewHandler(tokens, authorizer), subresources, options.Log);
        WebApplication app = Build(options, certificates, authenticator, new RequestHandler(parts));
        server = new ClusterApiServer(app, store, webhooks, certificates, client);
        await BootstrapAsync(client, cancel).ConfigureAwait(false);
        await app.StartAsync(cancel).ConfigureAwait(false);
        server.Addresses = ReadAddresses(app);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Watches never end by themselves, so the drain gets no time.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token).ConfigureAwait(false);
        await app.DisposeAsync().ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(ClusterApiServerOptions options, ClusterCertificates certificates,
        Authenticator authenticator,
        RequestHandler handler)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreams;
            void Configure(ListenOptions listen) => listen.UseHttps(https =>
            {
                https.ServerCertificate = certificates.Server;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => authenticator.IsOurs(certificate);
            });
            foreach (IPEndPoint endpoint in options.Endpoints)
            {
                kestrel.Listen(endpoint, Configure);
            }

            foreach (int handle in options.ListenHandles)
            {
                kestrel.ListenHandle((ulong)handle, Configure);
            }
        });
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.Run(handler.HandleAsync);
        return app;
    }

    private static async Task BootstrapAsync(LocalClusterClient client, CancellationToken cancel)
    {
        foreach ((string plural, JsonObject obj) in BootstrapRoles.All())
        {
            string kind = plural == "clusterroles" ? "ClusterRole" : "ClusterRoleBinding";
            var type = new ResourceType("rbac.authorization.k8s.io", "v1", plural, kind, false);
            if (await client.GetAsync(type, null, obj.Name(), cancel).ConfigureAwait(false) is null)
            {
                await client.CreateAsync(type, null, obj, cancel).ConfigureAwait(false);
            }
        }
    }

    private static Uri[] ReadAddresses(WebApplication app)
    {
        IServerAddressesFeature? addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return [.. (addresses?.Addresses ?? []).Where(text => Uri.IsWellFormedUriString(text, UriKind.Absolute))
            .Select(text => new Uri(text))];
    }
}
