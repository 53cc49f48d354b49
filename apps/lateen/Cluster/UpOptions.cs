namespace Lateen.CommandLine.Cluster;

using System.CommandLine;
using Lateen.Local.Launcher;

/// <summary>The options of `up`, which `demo` has too.</summary>
internal sealed class UpOptions
{
    private readonly Option<string> _home = Options.Home();

    private readonly Option<bool> _detach = new("--detach") { Description = "return when the cluster is up; `lateen down` ends it" };

    private readonly Option<int> _apiPort = new("--api-port") { Description = "port of the API on 127.0.0.1; a free one by default", HelpName = "N" };

    private readonly Option<int> _chartsPort = new("--charts-port")
    {
        Description = "port of the Helm repository on 127.0.0.1; a free one by default",
        HelpName = "N",
    };

    private readonly Option<int[]> _allowHost = new("--allow-host")
    {
        Description = "port of this machine's loopback that pods may reach; repeatable",
        HelpName = "PORT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _external = new("--external")
    {
        Description = "name outside of the cluster that leads to an address of your choice, for example httpbin.org:80=127.0.0.1:8080; repeatable",
        HelpName = "NAME[:PORT]=ADDRESS:PORT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "chart value, for example istiod.meshConfig.accessLogFile=/dev/stdout or gateway.replicaCount=2; needs helm",
        HelpName = "CHART.KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _values = new("--values", "-f")
    {
        Description = "file of values for chart istiod; needs helm",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _bare = new("--bare") { Description = "install no charts: bring your own `helm install`" };

    public void AddTo(Command command)
    {
        _external.Validators.Add(result =>
        {
            try
            {
                _ = new ExternalNames(result.GetValueOrDefault<string[]>() ?? []);
            }
            catch (ArgumentException wrong)
            {
                result.AddError(wrong.Message);
            }
        });
        foreach (Option option in new Option[] { _home, _detach, _apiPort, _chartsPort, _allowHost, _external, _set, _values, _bare })
        {
            command.Options.Add(option);
        }
    }

    public bool Detach(ParseResult parsed) => parsed.GetValue(_detach);

    public bool Bare(ParseResult parsed) => parsed.GetValue(_bare);

    public ChartValues Values(ParseResult parsed) => new(parsed.GetValue(_set) ?? [], parsed.GetValue(_values) ?? []);

    public LauncherOptions Launcher(ParseResult parsed) => new()
    {
        Home = parsed.GetRequiredValue(_home),
        Artifacts = Installation.Artifacts,
        ApiPort = parsed.GetValue(_apiPort),
        Charts = Installation.Charts,
        ChartsPort = parsed.GetValue(_chartsPort),
        AllowHostPorts = parsed.GetValue(_allowHost) ?? [],
        External = parsed.GetValue(_external) ?? [],
    };
}
