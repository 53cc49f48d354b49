namespace Lateen.Filters.Tests.Sidecars;

using System.Collections.Frozen;
using System.Text;
using Envoy.Config.Bootstrap.V3;
using Lateen.Api.Text;
using Lateen.Engine.Loop;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Stats;

/// <summary>One sidecar from a bootstrap text: the real readers, filters, data path, metrics and access log.</summary>
internal sealed class TestSidecar : IDisposable
{
    private readonly FilterEnvironment _environment;
    private readonly MemoryStream _log = new();

    public TestSidecar(EventLoop loop, string bootstrap, int maxLabelSets)
    {
        (Bootstrap? message, IReadOnlyList<Finding> findings) = BootstrapReader.Parse(bootstrap, "sidecar.yaml");
        Assert.Empty(findings);
        Assert.NotNull(message);
        _environment = new FilterEnvironment(Stats, message.Node.Id, message.Node.Metadata, _ => _log) { MaxLabelSets = maxLabelSets };
        (ProxySetup setup, IReadOnlyList<string> errors, _) = BootstrapReader.Read(message, FilterCatalog.Create(_environment));
        Assert.Empty(errors);
        Core = new ProxyCore([loop], Stats, new ProxyCoreOptions { OnListenFailure = (name, why) => throw new IOException($"{name}: {why}") });
        Core.Apply(new ProxySnapshot { Listeners = setup.Listeners, Clusters = setup.Clusters.ToFrozenDictionary(static c => c.Name) });
    }

    public StatsStore Stats { get; } = new();

    public ProxyCore Core { get; }

    /// <summary>The samples of one metric, as Prometheus reads them.</summary>
    public IReadOnlyList<string> Samples(string metric) =>
        [.. StatsText.Prometheus(Stats).Split('\n').Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal))];

    /// <summary>Writes what is left of the access log and returns all of it; nothing is logged after this.</summary>
    public string EndLog()
    {
        _environment.Dispose();
        return Encoding.UTF8.GetString(_log.ToArray());
    }

    public void Dispose()
    {
        Core.CloseAll();
        _environment.Dispose();
    }
}
