namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config ecds: filters whose configuration is discovered by itself.</summary>
internal static class ExtensionView
{
    public static DumpView Of(ConfigDump dump)
    {
        List<JsonObject> filters = [.. dump.Extensions.OrderBy(static f => f.TextAt("name"), StringComparer.Ordinal)];
        return new DumpView
        {
            Header = ["ECDS NAME", "TYPE"],
            Rows = [.. filters.Select(static f => new[] { f.TextAt("name"), f.TextAt("typed_config", "@type").Split('/')[^1] })],
            Resources = filters,
            Names = [.. filters.Select(static f => f.TextAt("name"))],
            Empty = "No filters are discovered by themselves.",
        };
    }
}
