namespace Lateen.Proxy.Xds;

using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;

/// <summary>
/// The delta ADS client: subscribes to all clusters and listeners and, by name, to the endpoints and routes these need; answers
/// every response with an ACK or a NACK that names the bad resources; publishes a snapshot after each. One task, off the workers.
/// While the control plane is away, the last good configuration serves.
/// </summary>
public sealed class DeltaClient
{
    private const int InvalidArgument = 3;

    private readonly XdsTransport _transport;
    private readonly Node _node;
    private readonly ResourceStore _store;
    private readonly Action<ProxySnapshot> _publish;
    private readonly TimeProvider _time;
    private readonly ProxyLog _log;
    private readonly XdsStats _stats;
    private readonly ReconnectBackoff _backoff;
    private readonly Dictionary<string, HashSet<string>> _subscribed = new(StringComparer.Ordinal);
    private bool _nodeSent;

    public DeltaClient(
        XdsTransport transport, Node node, ResourceStore store, Action<ProxySnapshot> publish, StatsStore stats, ProxyLog log,
        TimeProvider time)
    {
        _transport = transport;
        _node = node;
        _store = store;
        _publish = publish;
        _time = time;
        _log = log;
        _stats = new XdsStats(stats);
        _backoff = new ReconnectBackoff(Random.Shared);
    }

    /// <summary>Runs until cancelled; a broken stream is opened again.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            string reason = await RunStreamAsync(cancel).ConfigureAwait(false);
            _stats.Connected.Set(0);
            if (cancel.IsCancellationRequested)
            {
                return;
            }

            _stats.ConnectFailures.Increment();
            TimeSpan wait = _backoff.Next();
            _log.Warning("xds", $"stream to the control plane ended ({reason}); next attempt in {wait.TotalSeconds:F1} s");
            await Task.Delay(wait, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> RunStreamAsync(CancellationToken cancel)
    {
        try
        {
            XdsStream stream = await _transport.OpenAsync(cancel).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await SubscribeAsync(stream, cancel).ConfigureAwait(false);
                while (await stream.ReceiveAsync(cancel).ConfigureAwait(false) is { } response)
                {
                    _backoff.Reset();
                    _stats.Connected.Set(1);
                    await HandleAsync(stream, response, cancel).ConfigureAwait(false);
                }

                return "closed by the server";
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return "stopping";
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or IOException or HttpRequestException or InvalidOperationException
            or OperationCanceledException)
        {
            return e is Grpc.Core.RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : e.Message;
        }
    }

    // The first requests of a stream: what we want, and what we have already, so that only changes are sent.
    private async Task SubscribeAsync(XdsStream stream, CancellationToken cancel)
    {
        _nodeSent = false;
        _subscribed.Clear();
        await SendFirstAsync(stream, TypeUrls.Cluster, [], cancel).ConfigureAwait(false);
        HashSet<string> endpoints = _store.NeededEndpoints();
        if (endpoints.Count > 0)
        {
            await SendFirstAsync(stream, TypeUrls.Endpoints, endpoints, cancel).ConfigureAwait(false);
        }

        await SendFirstAsync(stream, TypeUrls.Listener, [], cancel).ConfigureAwait(false);
        HashSet<string> routes = _store.NeededRoutes();
        if (routes.Count > 0)
        {
            await SendFirstAsync(stream, TypeUrls.Route, routes, cancel).ConfigureAwait(false);
        }

        if (_store.NamesChanged is not null)
        {
            await SendFirstAsync(stream, TypeUrls.NameTable, [], cancel).ConfigureAwait(false);
        }
    }

    // No names on the first request of a wildcard type means all of them.
    private Task SendFirstAsync(XdsStream stream, string typeUrl, HashSet<string> names, CancellationToken cancel)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = typeUrl };
        request.ResourceNamesSubscribe.AddRange(names.Order(StringComparer.Ordinal));
        lock (_store.Gate)
        {
            switch (typeUrl)
            {
                case TypeUrls.Cluster: _store.Clusters.AddVersions(request.InitialResourceVersions); break;
                case TypeUrls.Endpoints: _store.Endpoints.AddVersions(request.InitialResourceVersions); break;
                case TypeUrls.Listener: _store.Listeners.AddVersions(request.InitialResourceVersions); break;
                case TypeUrls.NameTable: break;
                default: _store.Routes.AddVersions(request.InitialResourceVersions); break;
            }
        }

        _subscribed[typeUrl] = names;
        return SendAsync(stream, request, cancel);
    }

    private async Task HandleAsync(XdsStream stream, DeltaDiscoveryResponse response, CancellationToken cancel)
    {
        (IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = _store.Apply(response);
        _stats.CountUpdate(response.TypeUrl, errors.Count > 0);
        foreach (string warning in warnings)
        {
            _stats.Warnings.Increment();
            _log.Warning("config", warning);
        }

        var answer = new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce };
        if (errors.Count > 0)
        {
            answer.ErrorDetail = new Google.Rpc.Status { Code = InvalidArgument, Message = string.Join("\n", errors) };
            _log.Warning("config", $"rejected: {answer.ErrorDetail.Message}");
        }

        await SendAsync(stream, answer, cancel).ConfigureAwait(false);
        _publish(_store.BuildSnapshot());
        await FollowAsync(stream, TypeUrls.Endpoints, _store.NeededEndpoints(), cancel).ConfigureAwait(false);
        await FollowAsync(stream, TypeUrls.Route, _store.NeededRoutes(), cancel).ConfigureAwait(false);
    }

    // Subscribes to names that are needed now and unsubscribes from those that no longer are.
    private async Task FollowAsync(XdsStream stream, string typeUrl, HashSet<string> needed, CancellationToken cancel)
    {
        if (!_subscribed.TryGetValue(typeUrl, out HashSet<string>? current))
        {
            if (needed.Count > 0)
            {
                await SendFirstAsync(stream, typeUrl, needed, cancel).ConfigureAwait(false);
            }

            return;
        }

        var request = new DeltaDiscoveryRequest { TypeUrl = typeUrl };
        request.ResourceNamesSubscribe.AddRange(needed.Except(current).Order(StringComparer.Ordinal));
        request.ResourceNamesUnsubscribe.AddRange(current.Except(needed).Order(StringComparer.Ordinal));
        if (request.ResourceNamesSubscribe.Count == 0 && request.ResourceNamesUnsubscribe.Count == 0)
        {
            return;
        }

        _subscribed[typeUrl] = needed;
        _store.Forget(
            typeUrl == TypeUrls.Endpoints ? request.ResourceNamesUnsubscribe : [],
            typeUrl == TypeUrls.Route ? request.ResourceNamesUnsubscribe : []);
        await SendAsync(stream, request, cancel).ConfigureAwait(false);
    }

    private Task SendAsync(XdsStream stream, DeltaDiscoveryRequest request, CancellationToken cancel)
    {
        if (!_nodeSent)
        {
            _nodeSent = true;
            request.Node = _node;
        }

        return stream.SendAsync(request, cancel);
    }
}
