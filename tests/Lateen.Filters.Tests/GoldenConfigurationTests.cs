namespace Lateen.Filters.Tests;

using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Text;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;

/// <summary>What the control plane's golden translations say is read by the proxy without an error.</summary>
public sealed class GoldenConfigurationTests
{
    [Fact]
    public void Every_golden_listener_and_route_is_accepted()
    {
        using var environment = new FilterEnvironment(new StatsStore(), "router~1.2.3.4~a.b~b.svc", new Struct());
        var store = new ResourceStore(FilterCatalog.Create(environment), TimeProvider.System);
        var problems = new List<string>();
        int read = 0;
        foreach (string file in Directory.EnumerateFiles(GoldenFolder(), "*.yaml", SearchOption.AllDirectories))
        {
            string kind = Path.GetFileNameWithoutExtension(file);
            foreach (SourceDocument document in StrictYaml.Read(File.ReadAllText(file), file).Documents)
            {
                IMessage? message = Message(kind, document.Root?.ToJsonString() ?? "{}");
                if (message is not null)
                {
                    read++;
                    problems.AddRange(Apply(store, message).Select(error => $"{file}: {error}"));
                }
            }
        }

        Assert.Empty(problems);
        Assert.True(read > 5);
    }

    private static IMessage? Message(string kind, string json)
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(ProtoTypes.Registry));
        return kind switch
        {
            "listeners" => parser.Parse<Listener>(json),
            "routes" => parser.Parse<RouteConfiguration>(json),
            _ => null,
        };
    }

    private static IReadOnlyList<string> Apply(ResourceStore store, IMessage message)
    {
        string name = message is Listener listener ? listener.Name : ((RouteConfiguration)message).Name;
        Any any = Any.Pack(message);
        var response = new DeltaDiscoveryResponse { TypeUrl = any.TypeUrl };
        response.Resources.Add(new Resource { Name = name, Version = "1", Resource_ = any });
        return store.Apply(response).Errors;
    }

    private static string GoldenFolder()
    {
        string folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "tests", "golden", "translation")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("tests/golden/translation");
        }

        return Path.Combine(folder, "tests", "golden", "translation");
    }
}
