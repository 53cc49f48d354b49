namespace Lateen.ProxyApp;

using Lateen.Proxy.Agent;
using Lateen.Proxy.Agent.Iptables;

/// <summary>lateen-proxy, also known as pilot-agent: one verb, one file.</summary>
internal static class Program
{
    private const string Usage = """
        usage: lateen-proxy -c FILE [--concurrency N] [--log-level LEVEL] [--loop auto|io_uring|epoll]
                                                                            run with an Envoy v3 bootstrap (YAML or JSON)
               lateen-proxy [proxy] sidecar|router [FLAGS]                  run from the environment of an injected pod
               lateen-proxy request GET|POST PATH                           ask the admin interface of this pod
               lateen-proxy wait [--timeoutSeconds N]                       wait until the proxy of this pod is ready
               lateen-proxy istio-iptables FLAGS | --cleanup                redirect this pod's traffic to the proxy
               lateen-proxy install-cni [--check]                           keep the CNI plugin installed on this node
               lateen-proxy version
        """;

    public static async Task<int> Main(string[] args)
    {
        if (args.Length == 0 && CniCommands.IsPlugin)
        {
            return CniCommands.Plugin();
        }

        switch (args.FirstOrDefault())
        {
            case "-c" or "--config-path":
                return await RunCommand.FileAsync(args).ConfigureAwait(false);
            case "proxy" when args.Length > 1:
                return await RunCommand.AgentAsync(args[1..]).ConfigureAwait(false);
            case "sidecar" or "router":
                return await RunCommand.AgentAsync(args).ConfigureAwait(false);
            case "request":
                return await RequestCommand.RunAsync(args[1..]).ConfigureAwait(false);
            case "wait":
                return await WaitCommand.RunAsync(args[1..]).ConfigureAwait(false);
            case "istio-iptables":
                return await IptablesCommand.RunAsync(args[1..], Console.Error).ConfigureAwait(false);
            case "install-cni":
                return await CniCommands.InstallAsync(args[1..]).ConfigureAwait(false);
            case "version" or "--version":
                Console.WriteLine(ProxyVersion.Number);
                return 0;
            case "help" or "--help" or "-h":
                Console.WriteLine(Usage);
                return 0;
            default:
                Console.Error.WriteLine(args.Length == 0 ? Usage : $"lateen-proxy: unknown command '{args[0]}'\n{Usage}");
                return 2;
        }
    }
}
