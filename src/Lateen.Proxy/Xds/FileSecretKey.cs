namespace Lateen.Proxy.Xds;

/// <summary>
/// By what a secret is known that a file holds (path_config_source). The same name in two files is two secrets, and neither is the one that
/// a control plane gives that name.
/// </summary>
internal static class FileSecretKey
{
    private const string Prefix = "file:";

    public static string Of(string path, string name) => $"{Prefix}{path}#{name}";

    public static bool TryRead(string key, out string path, out string name)
    {
        int end = key.LastIndexOf('#');
        bool isFile = key.StartsWith(Prefix, StringComparison.Ordinal) && end > Prefix.Length;
        path = isFile ? key[Prefix.Length..end] : "";
        name = isFile ? key[(end + 1)..] : "";
        return isFile;
    }
}
