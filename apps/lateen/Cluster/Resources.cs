namespace Lateen.CommandLine.Cluster;

/// <summary>The manifests built into this program.</summary>
internal static class Resources
{
    public static string Read(string name)
    {
        using Stream stream = typeof(Resources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not part of this build");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
