namespace Lateen.Proxy.Xds;

using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Lateen.Proxy.Agent;

/// <summary>Asks the control plane, on a stream of its own, when nobody has this workload's address any more.</summary>
public sealed class EndpointReleaseClient(XdsTransport transport, Node node, string address, ProxyLog log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>True on release; false when within <paramref name="patience"/> no control plane understood the question.</summary>
    public async Task<bool> AskAsync(TimeSpan patience, CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            string problem = await AskOnceAsync(patience, cancel).ConfigureAwait(false);
            if (problem.Length == 0)
            {
                return true;
            }

            cancel.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) >= patience)
            {
                log.Warning("drain", $"the control plane cannot be asked for the release of {address}: {problem}");
                return false;
            }

            await Task.Delay(Pause, time, cancel).ConfigureAwait(false);
        }
    }

    // Empty on release, otherwise why there is none.
    private async Task<string> AskOnceAsync(TimeSpan patience, CancellationToken cancel)
    {
        using CancellationTokenSource unheard = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        unheard.CancelAfter(patience);
        try
        {
            XdsStream stream = await transport.OpenAsync(unheard.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var request = new DeltaDiscoveryRequest { TypeUrl = TypeUrls.EndpointRelease, Node = node };
                request.ResourceNamesSubscribe.Add(address);
                await stream.SendAsync(request, unheard.Token).ConfigureAwait(false);
                while (await stream.ReceiveAsync(unheard.Token).ConfigureAwait(false) is { } response)
                {
                    if (response.Resources.Any(each => each.Name == address))
                    {
                        return "";
                    }

                    // "Not yet": whoever says so knows what it was asked, and says more later.
                    unheard.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                return "the stream ended without an answer";
            }
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or IOException or HttpRequestException or InvalidOperationException
            or OperationCanceledException)
        {
            return e.Message;
        }
    }
}
