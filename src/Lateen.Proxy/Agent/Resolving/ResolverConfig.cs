namespace Lateen.Proxy.Agent.Resolving;

using System.Net;

/// <summary>What the pod's resolv.conf says (man 5 resolv.conf).</summary>
public sealed record ResolverConfig
{
    private const int DnsPort = 53;

    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>Lower case, without dots at the ends; the last line of the file wins.</summary>
    public IReadOnlyList<string> SearchDomains { get; init; } = [];

    public static ResolverConfig Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        string[] search = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2)
            {
                continue;
            }

            if (words[0] is "nameserver" && IPAddress.TryParse(words[1], out IPAddress? address))
            {
                servers.Add(new IPEndPoint(address, DnsPort));
            }
            else if (words[0] is "search" or "domain")
            {
                search = [.. words.Skip(1).Select(static w => w.Trim('.').ToLowerInvariant())];
            }
        }

        return new ResolverConfig { Servers = servers, SearchDomains = search };
    }
}
