namespace Lateen.Proxy.Tests.Xds;

using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Xds;

/// <summary>The server side of delta ADS in memory: requests come out, responses go in, a stream can be cut.</summary>
internal sealed class FakeControlPlane : XdsTransport
{
    private readonly Channel<DeltaDiscoveryRequest> _requests = Channel.CreateUnbounded<DeltaDiscoveryRequest>();
    private Channel<DeltaDiscoveryResponse> _responses = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
    private int _nonce;

    public override Task<XdsStream> OpenAsync(CancellationToken cancel)
    {
        _responses = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
        return Task.FromResult<XdsStream>(new Stream(_requests.Writer, _responses.Reader));
    }

    public ValueTask<DeltaDiscoveryRequest> NextRequestAsync() => _requests.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Send(string kind, params (string Name, string Version, IMessage Message)[] resources)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = "type.googleapis.com/" + kind, Nonce = $"n{++_nonce}" };
        foreach ((string name, string version, IMessage message) in resources)
        {
            response.Resources.Add(new Resource { Name = name, Version = version, Resource_ = Any.Pack(message) });
        }

        _responses.Writer.TryWrite(response);
    }

    public void Remove(string kind, params string[] names)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = "type.googleapis.com/" + kind, Nonce = $"n{++_nonce}" };
        response.RemovedResources.AddRange(names);
        _responses.Writer.TryWrite(response);
    }

    public void Cut() => _responses.Writer.Complete();

    private sealed class Stream(ChannelWriter<DeltaDiscoveryRequest> requests, ChannelReader<DeltaDiscoveryResponse> responses) : XdsStream
    {
        public override Task SendAsync(DeltaDiscoveryRequest request, CancellationToken cancel) =>
            requests.WriteAsync(request.Clone(), cancel).AsTask();

        public override async Task<DeltaDiscoveryResponse?> ReceiveAsync(CancellationToken cancel) =>
            await responses.WaitToReadAsync(cancel) && responses.TryRead(out DeltaDiscoveryResponse? response) ? response : null;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
