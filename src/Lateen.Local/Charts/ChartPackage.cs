namespace Lateen.Local.Charts;

using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>A chart as helm takes it from a repository: NAME-VERSION.tgz, and its entry in the index.</summary>
public sealed record ChartPackage(string FileName, JsonObject Metadata, byte[] Archive)
{
    /// <summary>SHA-256 of the archive, as the index states it.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Archive));

    /// <summary>Packs a chart's folder. The same files give the same bytes.</summary>
    public static ChartPackage Pack(string folder)
    {
        ReadResult read = StrictYaml.Read(File.ReadAllText(Path.Combine(folder, "Chart.yaml")), "Chart.yaml");
        if (read.Documents is not [{ Root: JsonObject chart }])
        {
            throw new InvalidDataException($"{folder}/Chart.yaml is not a chart's description: {string.Join("; ", read.Findings)}");
        }

        string name = chart["name"]?.ToString() ?? throw new InvalidDataException($"{folder}/Chart.yaml has no name");
        return new ChartPackage($"{name}-{chart["version"]}.tgz", chart, Archived(folder, name));
    }

    private static byte[] Archived(string folder, string name)
    {
        using MemoryStream bytes = new();
        using (GZipStream zip = new(bytes, CompressionLevel.Optimal))
        using (TarWriter tar = new(zip, TarEntryFormat.Ustar))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                string inside = $"{name}/{Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')}";
                using FileStream content = File.OpenRead(file);
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, inside)
                {
                    DataStream = content,
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
            }
        }

        return bytes.ToArray();
    }
}
