namespace Lateen.Proxy.Agent.Resolving;

using System.Net;
using Lateen.Proxy.Stats;

/// <summary>Answers the pod's queries: from the mesh's names where it knows them, from the pod's name servers otherwise.</summary>
public sealed class DnsProxy
{
    private const int MaxPending = 1000;

    private readonly ResolverConfig _resolver;
    private readonly string _namespace;
    private readonly DnsForwarder _forwarder;
    private readonly DnsStats _stats;
    private volatile DnsTable? _table;
    private int _pending;
    private uint _turn;

    public DnsProxy(ResolverConfig resolver, string ownNamespace, StatsStore stats)
    {
        _resolver = resolver;
        _namespace = ownNamespace;
        _stats = new DnsStats(stats);
        _forwarder = new DnsForwarder(resolver.Servers, _stats);
    }

    /// <summary>Replaces all names; may be called from any thread.</summary>
    public void SetNames(IReadOnlyList<DnsHost> hosts) => _table = new DnsTable(hosts, _namespace, _resolver.SearchDomains);

    /// <summary>The reply to a query; null when there is nothing to reply to.</summary>
    internal async ValueTask<byte[]?> AnswerAsync(ReadOnlyMemory<byte> query, bool udp, CancellationToken cancel)
    {
        // A reply, or too short to carry an id: answering it could start a loop.
        if (query.Length < DnsQuestion.HeaderBytes || (query.Span[2] & 0x80) != 0)
        {
            return null;
        }

        _stats.Requests.Increment();
        if ((query.Span[2] & 0x78) != 0)
        {
            return DnsReply.Error(query.Span, DnsReply.NotImplemented);
        }

        if (!DnsQuestion.TryParse(query.Span, out DnsQuestion question))
        {
            return DnsReply.Error(query.Span, DnsReply.FormatError);
        }

        // Other types (SRV, PTR, TXT) are not ours even for names that are. Before the first table all questions go on.
        bool address = question.Type is DnsQuestion.TypeA or DnsQuestion.TypeAaaa && question.Class == DnsQuestion.ClassInternet;
        if (address && _table is { } table && table.TryFind(question.Name, out DnsAnswer? answer))
        {
            int rotate = (int)(Interlocked.Increment(ref _turn) & 0xFFFF);
            return DnsReply.Answer(query.Span, question, answer, udp, rotate);
        }

        return await ForwardAsync(query, udp, cancel).ConfigureAwait(false);
    }

    private async Task<byte[]> ForwardAsync(ReadOnlyMemory<byte> query, bool udp, CancellationToken cancel)
    {
        byte[]? reply = null;
        if (Interlocked.Increment(ref _pending) <= MaxPending)
        {
            reply = await _forwarder.AskAsync(query, udp, cancel).ConfigureAwait(false);
        }
        else
        {
            _stats.Overflow.Increment();
        }

        Interlocked.Decrement(ref _pending);
        return reply ?? DnsReply.Error(query.Span, DnsReply.ServerFailure);
    }
}
