namespace Lateen.Simulation.Tests.Harness;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

/// <summary>
/// Objects as a careless or hostile user of another namespace writes them: drawn from the schemas, so that every field occurs, with values
/// that are right, wrong or absurd. The same seed gives the same objects.
/// </summary>
internal sealed class RandomObjects(int seed)
{
    private static readonly (string Kind, SchemaNode Spec)[] Kinds =
    [
        ("VirtualService", SchemaReader.Read(typeof(VirtualServiceSpec))),
        ("DestinationRule", SchemaReader.Read(typeof(DestinationRuleSpec))),
        ("Gateway", SchemaReader.Read(typeof(GatewaySpec))),
        ("ServiceEntry", SchemaReader.Read(typeof(ServiceEntrySpec))),
        ("WorkloadEntry", SchemaReader.Read(typeof(WorkloadEntrySpec))),
        ("Sidecar", SchemaReader.Read(typeof(SidecarSpec))),
    ];

    private static readonly string[] Hosts =
    [
        "reviews", "reviews.default.svc.cluster.local", "productpage.default.svc.cluster.local", "*", "*.example.com", "shop.example.com",
        "ratings.default", "10.96.0.1", "", "no such host", "a..b",
    ];

    private static readonly string[] Words =
    [
        "v1", "v2", "mesh", "default/bookinfo-gateway", "bookinfo-gateway", "HTTP", "TCP", "TLS", "GRPC", "http", "/productpage", "/", "", "10.0.0.0/8",
        "10.244.0.9", ".", "*", "~", "./*", "x-user", "(", "[a-z]+", "istio-system", "region/zone/*", "5xx,connect-failure,503", "PASSTHROUGH",
    ];

    private readonly Random _random = new(seed);
    private int _count;

    /// <summary>The next object, as JSON with a name of its own in namespace "chaos", younger than everything else.</summary>
    public JsonObject Next()
    {
        (string kind, SchemaNode spec) = Kinds[_random.Next(Kinds.Length)];
        return new JsonObject
        {
            ["apiVersion"] = "networking.istio.io/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = $"chaos-{_count++}",
                ["namespace"] = "chaos",
                ["creationTimestamp"] = "2026-02-02T00:00:00Z",
            },
            ["spec"] = Value("spec", spec, 0),
        };
    }

    /// <summary>
    /// Takes out what is wrong until the rest is accepted, as a user does who reads the messages; null when nothing is left. What
    /// remains is valid, odd, and made of many fields.
    /// </summary>
    public static JsonObject? Mended(JsonObject candidate, Func<JsonObject, IReadOnlyList<Finding>> errors)
    {
        var copy = (JsonObject)candidate.DeepClone();
        for (int round = 0; round < 60; round++)
        {
            IReadOnlyList<Finding> found = errors(copy);
            if (found.Count == 0)
            {
                return copy;
            }

            // What is missing cannot be taken out, but the block that lacks it can.
            string path = found[0].Path;
            while (path.Length > 0 && !TryRemove(copy, path))
            {
                path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
            }

            if (copy["spec"] is not JsonObject { Count: > 0 })
            {
                return null;
            }
        }

        return null;
    }

    private static bool TryRemove(JsonObject root, string path)
    {
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        JsonNode? node = root;
        foreach (string step in steps[..^1])
        {
            node = step[0] == '[' ? (node as JsonArray)?.ElementAtOrDefault(int.Parse(step[1..^1], CultureInfo.InvariantCulture)) : (node as JsonObject)?[step];
        }

        string last = steps[^1];
        if (last[0] == '[' && node is JsonArray list && int.Parse(last[1..^1], CultureInfo.InvariantCulture) is var index && index < list.Count)
        {
            list.RemoveAt(index);
            return true;
        }

        return node is JsonObject parent && parent.Remove(last);
    }

    private JsonNode? Value(string name, SchemaNode node, int depth)
    {
        if (_random.Next(40) == 0)
        {
            // What no schema allows.
            return _random.Next(3) switch { 0 => JsonValue.Create(-1), 1 => JsonValue.Create("absurd"), _ => new JsonArray("absurd") };
        }

        return node.Kind switch
        {
            SchemaKind.Object => ObjectOf(node, depth),
            SchemaKind.Map => Map(node, depth),
            SchemaKind.Array => List(name, node, depth),
            SchemaKind.Boolean => JsonValue.Create(_random.Next(2) == 0),
            SchemaKind.Integer => JsonValue.Create(Pick([0, 1, 2, 50, 80, 100, 8080, 9080, 503, -1, 70000])),
            SchemaKind.Number => JsonValue.Create(Pick([0.0, 0.5, 50, 100, 101, -1])),
            SchemaKind.String when node.Enum.Count > 0 => JsonValue.Create(Pick(node.Enum)),
            SchemaKind.String when node.Format == SchemaNode.Duration => JsonValue.Create(Pick(["1s", "0s", "5ms", "10m", "-1s", "soon"])),
            SchemaKind.String => JsonValue.Create(name is "host" or "hosts" or "sniHosts" or "authority" ? Pick(Hosts) : Pick(Words)),
            _ => JsonValue.Create(Pick(Words)),
        };
    }

    private JsonObject ObjectOf(SchemaNode node, int depth)
    {
        var result = new JsonObject();
        foreach ((string name, SchemaNode field) in node.Properties)
        {
            // Deep fields are rare one by one, but there are many; required ones are left out now and then.
            bool required = node.Required.Contains(name) || depth == 0;
            bool chosen = required ? _random.Next(20) > 0 : _random.Next(depth + 2) == 0;
            if (chosen && !(field.NotYetEnforced && _random.Next(10) > 0))
            {
                result[name] = Value(name, field, depth + 1);
            }
        }

        return result;
    }

    private JsonArray List(string name, SchemaNode node, int depth) =>
        [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Value(name, node.Items ?? node, depth))];

    private JsonObject Map(SchemaNode node, int depth) =>
        new() { [Pick(["app", "istio", "x-user", "version"])] = _random.Next(3) == 0 ? JsonValue.Create("ingressgateway") : Value("", node.Items ?? node, depth) };

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];
}
