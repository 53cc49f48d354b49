namespace Lateen.Scale;

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Lateen.Api.Text;

/// <summary>
/// An xDS server without opinions: each line of its standard input is {"type": message name, "resources": [...]}, and every stream
/// that asked for such a resource gets it. Delta only.
/// </summary>
internal sealed class ScriptedDiscovery : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Type, string Name), Resource> _resources = [];
    private readonly ConcurrentDictionary<Subscriber, bool> _subscribers = new();
    private long _version;
    private long _rejections;

    public static async Task RunAsync(int port)
    {
        var discovery = new ScriptedDiscovery();
        await using WebApplication app = await GrpcServer.StartAsync(port, discovery, static a => a.MapGrpcService<ScriptedDiscovery>());
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            discovery.Publish(JsonNode.Parse(line) ?? throw new FormatException($"not JSON: {line}"));
        }

        // Whoever started this wants to know whether the proxy liked what it got.
        Console.WriteLine(discovery._rejections.ToString(CultureInfo.InvariantCulture));
    }

    public override async Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream,
        IServerStreamWriter<DeltaDiscoveryResponse> responseStream,
        ServerCallContext context)
    {
        var subscriber = new Subscriber();
        Task writing = WriteAsync(subscriber, responseStream, context.CancellationToken);
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                Handle(subscriber, requestStream.Current);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            Console.Error.WriteLine($"discovery: a proxy left ({e.Message})");
        }

        _subscribers.TryRemove(subscriber, out _);
        subscriber.Responses.Writer.TryComplete();
        await writing;
    }

    private static async Task WriteAsync(
        Subscriber subscriber, IServerStreamWriter<DeltaDiscoveryResponse> stream, CancellationToken cancel)
    {
        try
        {
            await foreach (DeltaDiscoveryResponse response in subscriber.Responses.Reader.ReadAllAsync(cancel))
            {
                await stream.WriteAsync(response, cancel);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            Console.Error.WriteLine($"discovery: a response was not sent ({e.Message})");
        }
    }

    private void Handle(Subscriber subscriber, DeltaDiscoveryRequest request)
    {
        if (request.ErrorDetail is not null)
        {
            Interlocked.Increment(ref _rejections);
            Console.Error.WriteLine($"discovery: rejected: {request.ErrorDetail.Message}");
        }

        lock (_lock)
        {
            _subscribers.TryAdd(subscriber, true);
            if (!subscriber.Names.TryGetValue(request.TypeUrl, out HashSet<string>? names))
            {
                names = subscriber.Names[request.TypeUrl] = request.ResourceNamesSubscribe.Count == 0 ? ["*"] : [];
                Send(subscriber, request.TypeUrl, _resources.Where(r => r.Key.Type == request.TypeUrl && names.Contains("*")).Select(r => r.Value));
            }

            names.ExceptWith(request.ResourceNamesUnsubscribe);
            names.UnionWith(request.ResourceNamesSubscribe);
            if (request.ResourceNamesSubscribe.Count > 0)
            {
                Send(subscriber, request.TypeUrl, request.ResourceNamesSubscribe
                    .Select(name => _resources.GetValueOrDefault((request.TypeUrl, name))).OfType<Resource>());
            }
        }
    }

    private void Publish(JsonNode line)
    {
        string typeUrl = "type.googleapis.com/" + line["type"];
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(ProtoTypes.Registry));
        lock (_lock)
        {
            var changed = new List<Resource>();
            foreach (JsonNode? item in line["resources"]?.AsArray() ?? [])
            {
                string json = item?.ToJsonString() ?? "{}";
                IMessage message = parser.Parse(json, ProtoTypes.Find(typeUrl) ?? throw new FormatException($"unknown type {typeUrl}"));
                string name = (item?["name"] ?? item?["cluster_name"])?.ToString() ?? "";
                var resource = new Resource { Name = name, Version = $"{++_version}", Resource_ = Any.Pack(message) };
                _resources[(typeUrl, name)] = resource;
                changed.Add(resource);
            }

            foreach (Subscriber subscriber in _subscribers.Keys)
            {
                if (subscriber.Names.TryGetValue(typeUrl, out HashSet<string>? names))
                {
                    Send(subscriber, typeUrl, changed.Where(r => names.Contains("*") || names.Contains(r.Name)));
                }
            }
        }
    }

    private void Send(Subscriber subscriber, string typeUrl, IEnumerable<Resource> resources)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = typeUrl, Nonce = $"{++_version}", SystemVersionInfo = $"{_version}" };
        response.Resources.AddRange(resources);
        if (response.Resources.Count > 0)
        {
            subscriber.Responses.Writer.TryWrite(response);
        }
    }

    private sealed class Subscriber
    {
        public Dictionary<string, HashSet<string>> Names { get; } = new(StringComparer.Ordinal);

        public Channel<DeltaDiscoveryResponse> Responses { get; } = Channel.CreateUnbounded<DeltaDiscoveryResponse>();
    }
}
