namespace Lateen.Simulation.Tests.Harness;

using Envoy.Service.Discovery.V3;
using Lateen.Control.Ads;
using Lateen.Proxy.Xds;

/// <summary>
/// A delta ADS stream in memory between a proxy's client and the control plane's session. One message moves at each step, in the
/// calling thread, so that a test can look at the mesh between any two of them.
/// </summary>
internal sealed class AdsLink(AdsSession session) : XdsTransport
{
    private readonly Queue<DeltaDiscoveryRequest> _requests = new();
    private readonly Queue<DeltaDiscoveryResponse> _responses = new();
    private TaskCompletionSource<DeltaDiscoveryResponse?>? _waiting;

    /// <summary>Why the proxy refused resources.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>Types of the responses in the order they came, for example "Cluster".</summary>
    public List<string> Delivered { get; } = [];

    public override Task<XdsStream> OpenAsync(CancellationToken cancel) => Task.FromResult<XdsStream>(new Stream(this));

    public void Push(PushRequest push) => Enqueue(session.OnPush(push));

    /// <summary>Moves one message; false when none is under way.</summary>
    public bool Step()
    {
        if (_requests.TryDequeue(out DeltaDiscoveryRequest? request))
        {
            if (request.ErrorDetail is { } refusal)
            {
                Refusals.Add(refusal.Message);
            }

            Enqueue(session.OnRequest(request));
            return true;
        }

        if (_waiting is not { } waiting || !_responses.TryDequeue(out DeltaDiscoveryResponse? response))
        {
            return false;
        }

        Delivered.Add(response.TypeUrl[(response.TypeUrl.LastIndexOf('.') + 1)..]);
        _waiting = null;
        CompleteHere(waiting, response);
        return true;
    }

    /// <summary>Ends the client's stream.</summary>
    public void End()
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            CompleteHere(waiting, null);
        }
    }

    // The client goes on inside SetResult only where no synchronization context claims its continuation.
    private static void CompleteHere(TaskCompletionSource<DeltaDiscoveryResponse?> waiting, DeltaDiscoveryResponse? response)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            waiting.SetResult(response);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Enqueue(IReadOnlyList<DeltaDiscoveryResponse> responses)
    {
        foreach (DeltaDiscoveryResponse response in responses)
        {
            // Through bytes, as on the wire: neither side may hold on to the other's objects.
            _responses.Enqueue(DeltaDiscoveryResponse.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(response)));
        }
    }

    private sealed class Stream(AdsLink link) : XdsStream
    {
        public override Task SendAsync(DeltaDiscoveryRequest request, CancellationToken cancel)
        {
            link._requests.Enqueue(DeltaDiscoveryRequest.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(request)));
            return Task.CompletedTask;
        }

        public override Task<DeltaDiscoveryResponse?> ReceiveAsync(CancellationToken cancel)
        {
            if (cancel.IsCancellationRequested)
            {
                return Task.FromCanceled<DeltaDiscoveryResponse?>(cancel);
            }

            link._waiting = new TaskCompletionSource<DeltaDiscoveryResponse?>();
            return link._waiting.Task;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
