namespace Lateen.Kubernetes;

using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.GatewayApi;
using Lateen.Control.Snapshot;

/// <summary>
/// The controller of the Gateway API: offers class istio, makes what gateways need to run, and writes status, at most twice a second.
/// Of several replicas only the leader does.
/// </summary>
public sealed class GatewayApiController(
    KubeApi api, Func<MeshSnapshot> snapshot, Func<bool> isLeader, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Resync = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly GatewayApiStatusWriter _statuses = new(api, time, log);
    private readonly GatewayDeployer _deployer = new(api, log);
    private bool _offered;

    /// <summary>Something may have changed. Any thread may call it.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancel)
    {
        using ITimer timer = time.CreateTimer(_ => Wake(), null, Resync, Resync);
        long applied = time.GetTimestamp();
        await foreach (bool _ in _wake.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            bool leads = isLeader();
            if (leads)
            {
                bool everything = time.GetElapsedTime(applied) >= Resync;
                applied = everything ? time.GetTimestamp() : applied;
                await OfferClassAsync(cancel).ConfigureAwait(false);
                await _deployer.ApplyAsync(snapshot().GatewayApi.Deployments, everything, cancel).ConfigureAwait(false);
                await _statuses.WriteAsync(GatewayApiStatus.All(snapshot()), cancel).ConfigureAwait(false);
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
            if (!leads)
            {
                // What is waiting must be done as soon as this replica takes over.
                Wake();
            }
        }
    }

    private async Task OfferClassAsync(CancellationToken cancel)
    {
        if (_offered)
        {
            return;
        }

        JsonObject definition = new()
        {
            ["apiVersion"] = GatewayApiGroup.Name + "/v1",
            ["kind"] = "GatewayClass",
            ["metadata"] = new JsonObject { ["name"] = GatewayNames.DefaultClass },
            ["spec"] = new JsonObject
            {
                ["controllerName"] = GatewayNames.Controller,
                ["description"] = "Gateways that Lateen runs.",
            },
        };
        try
        {
            await api.CreateAsync(GatewayApiPaths.Of("GatewayClass").All, definition, cancel).ConfigureAwait(false);
            _offered = true;
        }
        catch (KubeApiException e) when (e.Status is HttpStatusCode.Conflict)
        {
            // It is there already, perhaps with its author's own words.
            _offered = true;
        }
        catch (KubeApiException e) when (e.Status is HttpStatusCode.NotFound)
        {
            // The Gateway API is not installed; it may be later.
            _offered = false;
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException)
        {
            log($"GatewayClass {GatewayNames.DefaultClass}: {e.Message}");
        }
    }
}
