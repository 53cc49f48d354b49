namespace Lateen.Proxy.Agent.Iptables;

using System.Globalization;
using System.Text;

/// <summary>The part of the rules that brings the application's DNS queries to the agent; the agent's own go out as they are.</summary>
internal static class DnsRules
{
    public const string Chain = "ISTIO_OUTPUT_DNS";
    public const string Jump = "OUTPUT -p udp -j ISTIO_OUTPUT_DNS";
    public const int Port = 53;

    private const string RawOutputJump = "OUTPUT -p udp -j ISTIO_OUTPUT_DNS";
    private const string RawInputJump = "PREROUTING -p udp -j ISTIO_INBOUND";

    /// <summary>Rules of the chain ISTIO_OUTPUT, behind those for the proxy's own user.</summary>
    public static void AppendTcp(StringBuilder text, IptablesOptions options, bool v6)
    {
        foreach (string destination in Destinations(options, v6))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"-A ISTIO_OUTPUT -p tcp --dport {Port}{destination} -j REDIRECT --to-ports {options.DnsPort}\n");
        }
    }

    public static void AppendUdp(StringBuilder text, IptablesOptions options, bool v6)
    {
        if (!options.RedirectDns)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $":{Chain} - [0:0]\n");
        foreach (string owner in Owners(options))
        {
            text.Append(CultureInfo.InvariantCulture, $"-A {Chain} -p udp --dport {Port} {owner} -j RETURN\n");
        }

        foreach (string destination in Destinations(options, v6))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"-A {Chain} -p udp --dport {Port}{destination} -j REDIRECT --to-ports {options.DnsPort}\n");
        }
    }

    /// <summary>
    /// For the table raw: connection tracking keeps the application's queries and the agent's in zones of their own. Without
    /// them a query of the agent from a port that the application used a moment ago would be taken for the application's and
    /// sent back to the agent.
    /// </summary>
    public static string Zones(IptablesOptions options, bool v6, string current)
    {
        var text = new StringBuilder($"*raw\n:{Chain} - [0:0]\n:ISTIO_INBOUND - [0:0]\n");
        foreach (string owner in Owners(options))
        {
            text.Append(CultureInfo.InvariantCulture, $"-A {Chain} -p udp --dport {Port} {owner} -j CT --zone 1\n");
            text.Append(CultureInfo.InvariantCulture, $"-A {Chain} -p udp --sport {options.DnsPort} {owner} -j CT --zone 2\n");
        }

        foreach (string destination in Destinations(options, v6))
        {
            text.Append(CultureInfo.InvariantCulture, $"-A {Chain} -p udp --dport {Port}{Others(options, destination)} -j CT --zone 2\n");
            string source = destination.Replace(" -d ", " -s ", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"-A ISTIO_INBOUND -p udp --sport {Port}{source} -j CT --zone 1\n");
        }

        foreach (string jump in (string[])[RawOutputJump, RawInputJump])
        {
            if (!current.Contains($"-A {jump}\n", StringComparison.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"-A {jump}\n");
            }
        }

        return text.Append("COMMIT\n").ToString();
    }

    // A packet may pass several CT rules and the last would win: the proxy's own packets must not reach the general one.
    private static string Others(IptablesOptions options, string destination) =>
        options.ProxyUids.Count == 0 ? destination : $"{destination} -m owner ! --uid-owner {options.ProxyUids[0]}";

    private static IEnumerable<string> Owners(IptablesOptions options) =>
        [.. options.ProxyUids.Select(static id => $"-m owner --uid-owner {id}"),
            .. options.ProxyGids.Select(static id => $"-m owner --gid-owner {id}")];

    private static IEnumerable<string> Destinations(IptablesOptions options, bool v6)
    {
        if (!options.RedirectDns)
        {
            yield break;
        }

        if (options.CaptureAllDns)
        {
            yield return "";
            yield break;
        }

        foreach (string server in options.DnsServers)
        {
            if (server.Contains(':', StringComparison.Ordinal) == v6)
            {
                yield return $" -d {server}/{(v6 ? 128 : 32)}";
            }
        }
    }
}
