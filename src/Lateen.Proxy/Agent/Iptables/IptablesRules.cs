namespace Lateen.Proxy.Agent.Iptables;

using System.Globalization;
using System.Text;

/// <summary>
/// The text for iptables-restore --noflush. Naming a chain in it empties the chain first, so applying the text twice gives the same
/// rules; the jumps in the built-in chains are only added when they are missing.
/// </summary>
public static class IptablesRules
{
    private const string InboundJump = "PREROUTING -p tcp -j ISTIO_INBOUND";
    private const string OutboundJump = "OUTPUT -p tcp -j ISTIO_OUTPUT";

    private static readonly string[] Chains = ["ISTIO_INBOUND", "ISTIO_REDIRECT", "ISTIO_IN_REDIRECT", "ISTIO_OUTPUT"];
    private static readonly string[] AllChains = [.. Chains, DnsRules.Chain];

    /// <param name="options">What to redirect.</param>
    /// <param name="v6">Rules for ip6tables; address ranges of the other family are left out.</param>
    /// <param name="current">Output of iptables-save -t nat, to see which jumps are there.</param>
    public static string Restore(IptablesOptions options, bool v6, string current)
    {
        var text = new StringBuilder("*nat\n");
        foreach (string chain in Chains)
        {
            text.Append(CultureInfo.InvariantCulture, $":{chain} - [0:0]\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports {options.OutboundPort}\n");
        text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports {options.InboundPort}\n");
        AppendInbound(text, options);
        AppendOutbound(text, options, v6);
        AppendVirtualInterfaces(text, options, v6, current);
        AppendJump(text, InboundJump, options.InboundPorts.Count > 0, current);
        AppendJump(text, OutboundJump, true, current);
        DnsRules.AppendUdp(text, options, v6);
        AppendJump(text, DnsRules.Jump, options.RedirectDns, current);
        return text.Append("COMMIT\n").ToString();
    }

    /// <summary>Removes our jumps and chains; empty when there is nothing of ours in <paramref name="current"/>.</summary>
    public static string Cleanup(string current)
    {
        var text = new StringBuilder();
        foreach (string line in current.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("-A ", StringComparison.Ordinal) && !line.StartsWith("-A ISTIO_", StringComparison.Ordinal)
                && line.Contains("-j ISTIO_", StringComparison.Ordinal))
            {
                text.Append("-D ").Append(line, 3, line.Length - 3).Append('\n');
            }
        }

        foreach (string step in (string[])["-F", "-X"])
        {
            foreach (string chain in AllChains)
            {
                if (current.Contains($":{chain} ", StringComparison.Ordinal))
                {
                    text.Append(step).Append(' ').Append(chain).Append('\n');
                }
            }
        }

        return text.Length == 0 ? "" : $"*nat\n{text}COMMIT\n";
    }

    private static void AppendInbound(StringBuilder text, IptablesOptions options)
    {
        if (options.InboundPorts.Count == 0)
        {
            return;
        }

        // Tunnelled traffic is for the proxy itself already.
        text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_INBOUND -p tcp --dport {options.TunnelPort} -j RETURN\n");
        if (!options.InboundPorts.Contains("*"))
        {
            foreach (string port in options.InboundPorts)
            {
                text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_INBOUND -p tcp --dport {port} -j ISTIO_IN_REDIRECT\n");
            }

            return;
        }

        foreach (string port in options.InboundExcludedPorts)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_INBOUND -p tcp --dport {port} -j RETURN\n");
        }

        text.Append("-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT\n");
    }

    private static void AppendOutbound(StringBuilder text, IptablesOptions options, bool v6)
    {
        string loopback = v6 ? "::1/128" : "127.0.0.1/32";
        string passthrough = v6 ? "::6/128" : "127.0.0.6/32";

        // Excluded ports come before the rules that turn calls to oneself around, so that these too are left alone.
        foreach (string port in options.OutboundExcludedPorts)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -p tcp --dport {port} -j RETURN\n");
        }

        foreach (string name in options.ExcludedInterfaces)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -o {name} -j RETURN\n");
        }

        // The proxy calls the application from this address; redirecting it would be a loop.
        text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -o lo -s {passthrough} -j RETURN\n");
        AppendOwners(text, options, loopback, "uid", options.ProxyUids);
        AppendOwners(text, options, loopback, "gid", options.ProxyGids);
        DnsRules.AppendTcp(text, options, v6);
        text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -d {loopback} -j RETURN\n");
        foreach (string range in Family(options.OutboundExcludedRanges, v6))
        {
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -d {range} -j RETURN\n");
        }

        foreach (string port in options.OutboundPorts)
        {
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -p tcp --dport {port} -j ISTIO_REDIRECT\n");
        }

        if (options.OutboundRanges.Contains("*"))
        {
            text.Append("-A ISTIO_OUTPUT -j ISTIO_REDIRECT\n");
            return;
        }

        foreach (string range in Family(options.OutboundRanges, v6))
        {
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -d {range} -j ISTIO_REDIRECT\n");
        }
    }

    private static void AppendOwners(
        StringBuilder text, IptablesOptions options, string loopback, string kind, IReadOnlyList<string> ids)
    {
        foreach (string id in ids)
        {
            string owner = $"-m owner --{kind}-owner {id}";

            // The proxy picked this very pod as the host: the call goes through the inbound side like anybody's.
            string notPorts = options.RedirectDns
                ? $"-m multiport ! --dports {DnsRules.Port},{options.TunnelPort}" : $"! --dport {options.TunnelPort}";
            text.Append(CultureInfo.InvariantCulture,
                $"-A ISTIO_OUTPUT -o lo ! -d {loopback} -p tcp {notPorts} {owner} -j ISTIO_IN_REDIRECT\n");

            // The application talks to itself, but not to a name server there; the proxy's own calls leave untouched.
            string notDns = options.RedirectDns ? $"-p tcp ! --dport {DnsRules.Port} " : "";
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT -o lo {notDns}-m owner ! --{kind}-owner {id} -j RETURN\n");
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_OUTPUT {owner} -j RETURN\n");
        }
    }

    private static void AppendVirtualInterfaces(StringBuilder text, IptablesOptions options, bool v6, string current)
    {
        foreach (string name in options.VirtualInterfaces)
        {
            IEnumerable<string> ranges = options.OutboundRanges.Contains("*") ? [""] : Family(options.OutboundRanges, v6);
            foreach (string range in ranges)
            {
                string destination = range.Length == 0 ? "" : $" -d {range}";
                AppendJump(text, $"PREROUTING{destination} -i {name} -j ISTIO_REDIRECT", true, current);
            }
        }
    }

    private static void AppendJump(StringBuilder text, string rule, bool wanted, string current)
    {
        if (wanted && !current.Contains($"-A {rule}\n", StringComparison.Ordinal))
        {
            text.Append("-A ").Append(rule).Append('\n');
        }
    }

    private static IEnumerable<string> Family(IReadOnlyList<string> ranges, bool v6)
    {
        foreach (string range in ranges)
        {
            if (range != "*" && range.Contains(':', StringComparison.Ordinal) == v6)
            {
                yield return range;
            }
        }
    }
}
