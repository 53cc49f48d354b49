namespace Lateen.Control.Tests.Grpc;

using Lateen.Control.Ads;
using Lateen.Control.Config;
using Lateen.Control.Tests.Translation;
using Lateen.Lateend.Grpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

/// <summary>A control plane that serves real gRPC on a port of the loopback.</summary>
internal sealed class XdsServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly WebApplication app;
    private readonly Task running;

    private XdsServer(WebApplication app, ControlPlane plane)
    {
        this.app = app;
        Plane = plane;
        running = plane.RunAsync(stop.Token);
    }

    public ControlPlane Plane { get; }

    public Uri Address => new(app.Urls.First());

    public static async Task<XdsServer> StartAsync(string mesh)
    {
        ControlPlane plane = new(TimeProvider.System, null, MeshFiles.Settings);
        MeshFiles.Apply(plane.Config, mesh);
        TaskCompletionSource published = new();
        plane.Published += _ => published.TrySetResult();
        plane.Config.MarkSynced();
        await published.Task;

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(plane.Discovery);
        WebApplication app = builder.Build();
        app.MapGrpcService<AdsService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new XdsServer(app, plane);
    }

    /// <summary>Applies objects and waits until every connected proxy has answered for them.</summary>
    public async Task ApplyAsync(string yaml)
    {
        TaskCompletionSource<long> version = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Plane.Published += change => version.TrySetResult(change.Snapshot.Version);
        MeshFiles.Apply(Plane.Config, yaml);
        long wanted = await version.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ProxyStatus? _)
        {
            if (Plane.Discovery.Proxies.All(proxy => proxy.AppliedVersion >= wanted))
            {
                done.TrySetResult();
            }
        }

        Plane.Discovery.StatusChanged += Look;
        Look(null);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Plane.Discovery.StatusChanged -= Look;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await app.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Plane.Dispose();
        stop.Dispose();
    }
}
