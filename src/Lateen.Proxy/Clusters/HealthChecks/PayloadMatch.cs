namespace Lateen.Proxy.Clusters.HealthChecks;

/// <summary>Looks for pieces of an answer, in order, with anything between them (Envoy, PayloadMatcher).</summary>
internal static class PayloadMatch
{
    public static bool Holds(ReadOnlySpan<byte> answer, IReadOnlyList<byte[]> pieces)
    {
        foreach (byte[] piece in pieces)
        {
            int at = answer.IndexOf(piece);
            if (at < 0)
            {
                return false;
            }

            answer = answer[(at + piece.Length)..];
        }

        return true;
    }
}
