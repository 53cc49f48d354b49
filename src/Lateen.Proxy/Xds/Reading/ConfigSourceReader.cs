namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;

/// <summary>Reads where a named resource comes from; everything dynamic comes over the one ADS stream.</summary>
internal static class ConfigSourceReader
{
    // Envoy's default (config_source.proto).
    private static readonly TimeSpan DefaultFetchTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The file that a source names; empty when it is none.</summary>
    public static string PathOf(ConfigSource? source, string path, ReadContext context)
    {
        string file = source?.ConfigSourceSpecifierCase switch
        {
            ConfigSource.ConfigSourceSpecifierOneofCase.Path => source.Path,
            ConfigSource.ConfigSourceSpecifierOneofCase.PathConfigSource => source.PathConfigSource.Path,
            _ => "",
        };
        bool named = source?.ConfigSourceSpecifierCase is ConfigSource.ConfigSourceSpecifierOneofCase.Path
            or ConfigSource.ConfigSourceSpecifierOneofCase.PathConfigSource;
        if (named && (file.Length == 0 || file.EndsWith(".pb_text", StringComparison.Ordinal)))
        {
            context.Error($"{path}.path_config_source.path", "must name a file of YAML, JSON or, named .pb, of the binary form");
        }

        return file;
    }

    /// <summary>How long what refers to the resource waits for it; zero means without limit.</summary>
    public static TimeSpan ReadFetchTimeout(ConfigSource? source, string path, ReadContext context)
    {
        switch (source?.ConfigSourceSpecifierCase)
        {
            case null or ConfigSource.ConfigSourceSpecifierOneofCase.None:
                return DefaultFetchTimeout;
            case ConfigSource.ConfigSourceSpecifierOneofCase.Ads or ConfigSource.ConfigSourceSpecifierOneofCase.Self:
                return context.Duration(source.InitialFetchTimeout, DefaultFetchTimeout, $"{path}.initial_fetch_timeout");
            default:
                context.Error(path, $"{source.ConfigSourceSpecifierCase} is not supported; use ads");
                return DefaultFetchTimeout;
        }
    }
}
