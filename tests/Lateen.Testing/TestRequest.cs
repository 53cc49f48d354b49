namespace Lateen.Testing;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

/// <summary>A request as an upstream received it.</summary>
public sealed record TestRequest(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    public required TestUpstreamConnection Connection { get; init; }

    /// <summary>The first value of a header; null when it is missing.</summary>
    public string? Header(string name) =>
        Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static h => h.Value).FirstOrDefault();

    internal static bool TryTake(StringBuilder received, TestUpstreamConnection connection,
        [NotNullWhen(true)] out TestRequest? request)
    {
        request = null;
        string text = received.ToString();
        if (!TestMessage.TryParse(text, hasBody: true, out TestMessage? message))
        {
            return false;
        }

        received.Remove(0, message.Length);
        string[] start = message.StartLine.Split(' ');
        request = new TestRequest(start[0], start[1], message.Headers, message.Body) { Connection = connection };
        return true;
    }
}
