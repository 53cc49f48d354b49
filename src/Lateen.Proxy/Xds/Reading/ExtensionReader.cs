namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using HttpFilter = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpFilter;

/// <summary>Reads extension config discovery: the place in a connection manager, and the configuration that arrives for it.</summary>
internal static class ExtensionReader
{
    /// <summary>A TypedExtensionConfig; refused when no listener expects its type.</summary>
    public static ExtensionConfig Read(TypedExtensionConfig message, string path, ReadContext context)
    {
        string type = ReadContext.TypeName(message.TypedConfig?.TypeUrl ?? "");
        var config = new ExtensionConfig(message.Name, null);
        if (message.TypedConfig is null || !context.Extensions.HttpFilters.TryGetValue(type, out HttpFilterReader? reader))
        {
            context.Error($"{path}.typed_config", $"unknown extension type URL {message.TypedConfig?.TypeUrl}");
            return config;
        }

        HashSet<string>? allowed = context.Discovered?.Find(message.Name)?.AllowedTypes;
        if (allowed is { Count: > 0 } && !allowed.Contains(InnerType(message, type)))
        {
            context.Error(
                $"{path}.typed_config", $"type {type} is not among the listener's type_urls ({string.Join(", ", allowed.Order())})");
            return config;
        }

        HttpFilterFactory? factory = reader(message.Name, message.TypedConfig, $"{path}.typed_config", context);
        return config with { Factory = factory ?? new IdleFilterFactory(message.Name) };
    }

    /// <summary>The place that such a configuration fills; null after an error.</summary>
    public static HttpFilterFactory? ReadPlace(HttpFilter filter, string path, ReadContext context)
    {
        ExtensionConfigSource source = filter.ConfigDiscovery;
        TimeSpan timeout = ConfigSourceReader.ReadFetchTimeout(source.ConfigSource, $"{path}.config_source", context);
        if (context.Discovered is null)
        {
            context.Error(path, "config_discovery is only possible with a control plane");
            return null;
        }

        if (source.TypeUrls.Count == 0)
        {
            context.Error($"{path}.type_urls", "at least one is required");
        }

        DiscoveredFilterSource place = context.Discovered.Get(filter.Name);
        place.AllowedTypes.UnionWith(source.TypeUrls.Select(ReadContext.TypeName));
        return new DiscoveredFilterFactory(
            filter.Name, place, ReadDefault(filter.Name, source, path, context), source.ApplyDefaultConfigWithoutWarming, timeout);
    }

    private static HttpFilterFactory? ReadDefault(string name, ExtensionConfigSource source, string path, ReadContext context)
    {
        if (source.DefaultConfig is null)
        {
            return null;
        }

        string type = ReadContext.TypeName(source.DefaultConfig.TypeUrl);
        if (!source.TypeUrls.Select(ReadContext.TypeName).Contains(type))
        {
            context.Error($"{path}.default_config", $"type {type} is not among type_urls");
            return null;
        }

        if (!context.Extensions.HttpFilters.TryGetValue(type, out HttpFilterReader? reader))
        {
            context.Error($"{path}.default_config", $"unknown extension type URL {source.DefaultConfig.TypeUrl}");
            return null;
        }

        return reader(name, source.DefaultConfig, $"{path}.default_config", context) ?? new IdleFilterFactory(name);
    }

    // A TypedStruct stands for the type it names.
    private static string InnerType(TypedExtensionConfig message, string type) =>
        type is "udpa.type.v1.TypedStruct" or "xds.type.v3.TypedStruct"
        ? ReadContext.TypeName(Udpa.Type.V1.TypedStruct.Parser.ParseFrom(message.TypedConfig.Value).TypeUrl)
        : type;

    // Accepted and without effect here: the place is filled all the same.
    private sealed class IdleFilterFactory(string name) : HttpFilterFactory
    {
        public override string Name => name;

        public override Http.HttpFilter Create(FilterContext context) => new IdleFilter();
    }

    private sealed class IdleFilter : Http.HttpFilter;
}
