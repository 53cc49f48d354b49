namespace Lateen.Proxy.Admin;

/// <summary>A request to the proxy itself.</summary>
public sealed record LocalRequest(string Method, string Path, string Query)
{
    /// <summary>A query parameter, decoded; null when it is not there.</summary>
    public string? Parameter(string name)
    {
        foreach (string pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            if (parts[0] == name)
            {
                return parts.Length == 1 ? "" : Uri.UnescapeDataString(parts[1].Replace('+', ' '));
            }
        }

        return null;
    }
}
