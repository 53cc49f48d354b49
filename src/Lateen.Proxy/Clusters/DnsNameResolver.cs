namespace Lateen.Proxy.Clusters;

using System.Net;
using System.Net.Sockets;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Config;

/// <summary>
/// Asks the name servers of resolv.conf itself, because the system's resolver does not tell how long an answer is good for. Names
/// without a dot and names of /etc/hosts are the system's.
/// </summary>
/// <param name="config">The servers and search domains.</param>
/// <param name="readHosts">Reads /etc/hosts.</param>
public sealed class DnsNameResolver(ResolverConfig config, Func<string> readHosts) : NameResolver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public override async ValueTask<ResolvedName> ResolveAsync(string name, DnsLookupFamily family, CancellationToken cancel)
    {
        bool own = config.Servers.Count > 0 && name.TrimEnd('.').Contains('.', StringComparison.Ordinal) && !IsInHosts(name);
        foreach (string candidate in own ? Candidates(name) : [])
        {
            ResolvedName found = await AskAsync(candidate, family, cancel).ConfigureAwait(false);
            if (found.Addresses.Count > 0)
            {
                return found;
            }
        }

        return await SystemNameResolver.Instance.ResolveAsync(name, family, cancel).ConfigureAwait(false);
    }

    // A name with a dot is most often whole; the search domains come after it, which saves a pod three questions in vain.
    private IEnumerable<string> Candidates(string name) =>
        name.EndsWith('.') ? [name] : config.SearchDomains.Select(domain => $"{name}.{domain}").Prepend(name);

    private bool IsInHosts(string name) => readHosts().Split('\n').Any(line =>
        line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase));

    private async Task<ResolvedName> AskAsync(string name, DnsLookupFamily family, CancellationToken cancel)
    {
        var addresses = new List<IPAddress>();
        TimeSpan? life = null;
        bool answered = false;
        foreach (ushort type in Types(family))
        {
            if (DnsRecords.Query(name, type) is not { } query)
            {
                return new ResolvedName([]);
            }

            byte[]? reply = await AskServersAsync(query, cancel).ConfigureAwait(false);
            answered |= reply is not null && DnsRecords.TryRead(reply, addresses, ref life);
        }

        // Silence is no answer: the caller keeps what it has and asks again soon.
        return answered ? new ResolvedName(SystemNameResolver.Choose(addresses, family), life)
            : throw new SocketException((int)SocketError.TryAgain);
    }

    private static ushort[] Types(DnsLookupFamily family) => family switch
    {
        DnsLookupFamily.V4Only => [DnsRecords.TypeA],
        DnsLookupFamily.V6Only => [DnsRecords.TypeAaaa],
        _ => [DnsRecords.TypeA, DnsRecords.TypeAaaa],
    };

    private async Task<byte[]?> AskServersAsync(byte[] query, CancellationToken cancel)
    {
        foreach (IPEndPoint server in config.Servers)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(Patience);
            try
            {
                byte[]? reply = await DnsForwarder.AskByUdpAsync(server, query, timeout.Token).ConfigureAwait(false);
                return DnsRecords.IsTruncated(reply)
                    ? await DnsForwarder.AskByTcpAsync(server, query, timeout.Token).ConfigureAwait(false)
                    : reply;
            }
            catch (Exception e) when ((e is SocketException or IOException or OperationCanceledException) && !cancel.IsCancellationRequested)
            {
                // The next server may know.
                continue;
            }
        }

        return null;
    }
}
