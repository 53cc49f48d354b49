namespace Lateen.Fuzz.Targets;

using System.Globalization;
using Lateen.Proxy.Agent.Resolving;

/// <summary>Questions that applications ask the agent; an error reply to each must be readable too.</summary>
internal sealed class DnsQueryTarget : FuzzTarget
{
    public override string Name => "dns-query";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "000001000001000000000000" + "0161076578616d706c6503636f6d00" + "00010001",
            "000001000001000000000001" + "016100" + "001c0001" + "0000291000000000000000",
            "123401000001000000000000" + "3f" + string.Concat(Enumerable.Repeat("61", 63)) + "00" + "00ff00ff",
        }.Select(Convert.FromHexString),
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        if (!DnsQuestion.TryParse(input, out DnsQuestion question))
        {
            return "refused";
        }

        Require(question.End <= input.Length, "the question ends behind the query");
        byte[] reply = DnsReply.Error(input, DnsReply.ServerFailure);
        Require(reply.Length >= DnsQuestion.HeaderBytes && reply[0] == input[0] && reply[1] == input[1], "the reply is not to this query");
        return string.Create(CultureInfo.InvariantCulture, $"{question.Type % 64} {question.HasOptions} {question.Name.Split('.').Length}");
    }
}
