namespace Lateen.Proxy.Xds;

using System.Runtime.CompilerServices;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;

/// <summary>
/// The ADS client (delta; the state of the world comes through <see cref="SotwStream"/>): subscribes to all clusters and listeners
/// and, by name, to what these need; answers every response with an ACK or a NACK that names the bad resources; publishes a snapshot
/// after each. One task, off the workers. While the control plane is away, the last good configuration serves.
/// </summary>
public sealed class DeltaClient
{
    private const int InvalidArgument = 3;

    // Types that are asked for by name, in the order in which what needs them comes.
    private static readonly string[] ByName = [TypeUrls.Endpoints, TypeUrls.Route, TypeUrls.Secret, TypeUrls.Extension];

    private readonly XdsTransport _transport;
    private readonly Node _node;
    private readonly ResourceStore _store;
    private readonly Action<ProxySnapshot> _publish;
    private readonly TimeProvider _time;
    private readonly ProxyLog _log;
    private readonly XdsStats _stats;
    private readonly ReconnectBackoff _backoff;
    private readonly Dictionary<string, HashSet<string>> _subscribed = new(StringComparer.Ordinal);
    private readonly Lock _publishing = new();
    private readonly ITimer _deadline;
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
        _deadline = time.CreateTimer(
            static self => ((DeltaClient?)self)?.OnDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs until cancelled; a broken stream is opened again.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using ConfiguredAsyncDisposable deadline = _deadline.ConfigureAwait(false);
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
        if (_store.WantsClusters)
        {
            await SendFirstAsync(stream, TypeUrls.Cluster, [], cancel).ConfigureAwait(false);
        }

        await SendFirstIfNeededAsync(stream, TypeUrls.Endpoints, cancel).ConfigureAwait(false);
        if (_store.WantsListeners)
        {
            await SendFirstAsync(stream, TypeUrls.Listener, [], cancel).ConfigureAwait(false);
        }

        await SendFirstIfNeededAsync(stream, TypeUrls.Route, cancel).ConfigureAwait(false);
        await SendFirstIfNeededAsync(stream, TypeUrls.Secret, cancel).ConfigureAwait(false);
        await SendFirstIfNeededAsync(stream, TypeUrls.Extension, cancel).ConfigureAwait(false);
        if (_store.NamesChanged is not null)
        {
            await SendFirstAsync(stream, TypeUrls.NameTable, [], cancel).ConfigureAwait(false);
        }
    }

    private async Task SendFirstIfNeededAsync(XdsStream stream, string typeUrl, CancellationToken cancel)
    {
        HashSet<string> names = _store.Needed(typeUrl);
        if (names.Count > 0)
        {
            await SendFirstAsync(stream, typeUrl, names, cancel).ConfigureAwait(false);
        }
    }

    // No names on the first request of a wildcard type means all of them.
    private Task SendFirstAsync(XdsStream stream, string typeUrl, HashSet<string> names, CancellationToken cancel)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = typeUrl };
        request.ResourceNamesSubscribe.AddRange(names.Order(StringComparer.Ordinal));
        _store.AddVersions(typeUrl, request.InitialResourceVersions);
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
        Publish();
        foreach (string typeUrl in ByName)
        {
            await FollowAsync(stream, typeUrl, _store.Needed(typeUrl), cancel).ConfigureAwait(false);
        }
    }

    private void Publish()
    {
        lock (_publishing)
        {
            _publish(_store.BuildSnapshot());
            _stats.WarmingClusters.Set(_store.WarmingClusters);
            _stats.WarmingListeners.Set(_store.WarmingListeners);
            TimeSpan wait = Timeout.InfiniteTimeSpan;
            if (_store.NextDeadline() is { } next)
            {
                wait = TimeSpan.FromTicks(Math.Max((next - _time.GetUtcNow()).Ticks, 0));
            }

            _deadline.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    // A wait or a time to live is over though nothing arrived.
    private void OnDeadline() => Publish();

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
        _store.Forget(typeUrl, request.ResourceNamesUnsubscribe);
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
