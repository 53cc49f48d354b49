namespace Lateen.Proxy.Agent.Iptables;

using System.Globalization;
using Lateen.Engine.Transport;

/// <summary>Reads the command line of istio-iptables.</summary>
public static class IptablesArguments
{
    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["--envoy-port"] = "-p",
        ["--inbound-capture-port"] = "-z",
        ["--inbound-tunnel-port"] = "-e",
        ["--proxy-uid"] = "-u",
        ["--proxy-gid"] = "-g",
        ["--istio-inbound-interception-mode"] = "-m",
        ["--istio-inbound-ports"] = "-b",
        ["--istio-local-exclude-ports"] = "-d",
        ["--istio-service-cidr"] = "-i",
        ["--istio-service-exclude-cidr"] = "-x",
        ["--istio-outbound-ports"] = "-q",
        ["--istio-local-outbound-ports-exclude"] = "-o",
        ["--kube-virt-interfaces"] = "-k",
        ["--istio-exclude-interfaces"] = "-c",
        ["--dry-run"] = "-n",
    };

    /// <summary>Either the options, or all errors of the command line.</summary>
    public static (IptablesOptions Options, IReadOnlyList<string> Errors) Parse(IReadOnlyList<string> args)
    {
        var options = new IptablesOptions();
        var errors = new List<string>();
        bool gidGiven = false;
        for (int i = 0; i < args.Count; i++)
        {
            (string name, string? inline) = Split(args[i]);
            name = LongNames.GetValueOrDefault(name, name);
            if (Switch(options, name, inline is not "false") is { } switched)
            {
                options = switched;
                continue;
            }

            // Logging flags are accepted for the template's sake: this command writes plain lines to standard error.
            if (name is "--log_output_level" or "--log_as_json" && inline is not null)
            {
                continue;
            }

            if (inline is null && i + 1 >= args.Count)
            {
                errors.Add($"{args[i]} needs a value");
                break;
            }

            string value = inline ?? args[++i];
            gidGiven |= name == "-g";
            options = Apply(options, name, value, args[i], errors);
        }

        // Without -g the group follows the user, as in Istio.
        return (gidGiven ? options : options with { ProxyGids = options.ProxyUids }, errors);
    }

    private static IptablesOptions? Switch(IptablesOptions options, string name, bool on) => name switch
    {
        "-n" => options with { DryRun = on },
        "--cleanup" => options with { Cleanup = on },
        "--run-validation" => options with { Validate = on },
        "--skip-rule-apply" => options with { SkipRules = on },
        "--redirect-dns" => options with { RedirectDns = on },
        "--capture-all-dns" => options with { CaptureAllDns = on, RedirectDns = on || options.RedirectDns },
        _ => null,
    };

    private static (string Name, string? Inline) Split(string argument)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        return argument.StartsWith("--", StringComparison.Ordinal) && equals > 0
            ? (argument[..equals], argument[(equals + 1)..])
            : (argument, null);
    }

    private static IptablesOptions Apply(IptablesOptions options, string name, string value, string argument, List<string> errors)
    {
        switch (name)
        {
            case "-p": return options with { OutboundPort = Port(value, name, errors) };
            case "-z": return options with { InboundPort = Port(value, name, errors) };
            case "-e": return options with { TunnelPort = Port(value, name, errors) };
            case "-u": return options with { ProxyUids = List(value) };
            case "-g": return options with { ProxyGids = List(value) };
            case "-b": return options with { InboundPorts = Ports(value, name, errors) };
            case "-d": return options with { InboundExcludedPorts = Ports(value, name, errors) };
            case "-q": return options with { OutboundPorts = Ports(value, name, errors) };
            case "-o": return options with { OutboundExcludedPorts = Ports(value, name, errors) };
            case "-i": return options with { OutboundRanges = Ranges(value, name, errors) };
            case "-x": return options with { OutboundExcludedRanges = Ranges(value, name, errors) };
            case "-k": return options with { VirtualInterfaces = List(value) };
            case "-c": return options with { ExcludedInterfaces = List(value) };
            case "-m" when value is "REDIRECT": return options;
            case "-m":
                errors.Add($"-m {value}: only REDIRECT is implemented; remove sidecar.istio.io/interceptionMode");
                return options;
            default:
                errors.Add($"unknown flag {argument}");
                return options;
        }
    }

    private static int Port(string value, string flag, List<string> errors)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535)
        {
            return port;
        }

        errors.Add($"{flag} {value}: not a port number (1-65535)");
        return 0;
    }

    private static string[] Ports(string value, string flag, List<string> errors)
    {
        string[] ports = List(value);
        foreach (string port in ports)
        {
            if (port != "*")
            {
                Port(port, flag, errors);
            }
        }

        return ports;
    }

    private static string[] Ranges(string value, string flag, List<string> errors)
    {
        string[] ranges = List(value);
        foreach (string range in ranges)
        {
            string address = range.Split('/')[0];
            if (range != "*" && !SocketAddress.TryParse(address, 0, out _))
            {
                errors.Add($"{flag} {range}: not an address range such as 10.0.0.0/8");
            }
        }

        return ranges;
    }

    private static string[] List(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
