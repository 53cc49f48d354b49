namespace Lateen.Proxy.Xds;

using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Xds.Reading;

/// <summary>All resources of one type: parses what arrives, keeps the last good version of each.</summary>
internal sealed class XdsTable<TMessage, TConfig>(
    string typeUrl, MessageParser<TMessage> parser, Func<TMessage, string, ReadContext, TConfig> read, Func<TConfig, string> nameOf)
    where TMessage : IMessage<TMessage>, new()
    where TConfig : class
{
    private readonly Dictionary<string, XdsResource<TConfig>> _byName = new(StringComparer.Ordinal);

    public string TypeUrl => typeUrl;

    public IReadOnlyDictionary<string, XdsResource<TConfig>> ByName => _byName;

    /// <summary>True once a response of this type was applied.</summary>
    public bool WasReceived { get; private set; }

    public void MarkReceived() => WasReceived = true;

    public TConfig? Latest(string name) => _byName.TryGetValue(name, out XdsResource<TConfig>? found) ? found.Latest : null;

    /// <summary>Takes one resource; returns why it was refused, or null.</summary>
    public string? Apply(Resource resource, ReadContext context, DateTimeOffset now, List<string> warnings)
    {
        bool known = _byName.TryGetValue(resource.Name, out XdsResource<TConfig>? entry);
        if (known && entry is not null && resource.Resource_ is null && resource.Ttl is not null)
        {
            // A heartbeat: nothing but a longer life.
            entry.ExpiresAt = now + resource.Ttl.ToTimeSpan();
            return null;
        }

        entry ??= Entry(resource.Name);
        if (entry.Message is not null && entry.Message.Equals(resource.Resource_))
        {
            // Same content: the same object must stay, so that nothing is rebuilt or drained.
            entry.Version = resource.Version;
            entry.ExpiresAt = resource.Ttl is null ? null : now + resource.Ttl.ToTimeSpan();
            entry.Rejection = null;
            return null;
        }

        TConfig? config = Parse(resource.Resource_, resource.Name, context);
        warnings.AddRange(context.Warnings.Select(warning => $"{resource.Name}: {warning}"));
        if (context.Errors.Count > 0 || config is null)
        {
            string details = string.Join("; ", context.Errors);
            entry.Rejection = new XdsRejection(resource.Version, details, resource.Resource_, now);
            return $"{resource.Name}: {details}";
        }

        entry.Version = resource.Version;
        entry.Message = resource.Resource_;
        entry.LastUpdated = now;
        entry.ExpiresAt = resource.Ttl is null ? null : now + resource.Ttl.ToTimeSpan();
        entry.Latest = config;
        entry.Rejection = null;
        return null;
    }

    /// <summary>Takes away what outlived its time to live; returns the names.</summary>
    public IReadOnlyList<string> RemoveExpired(DateTimeOffset now)
    {
        string[] expired = [.. _byName.Values.Where(entry => entry.ExpiresAt <= now).Select(static entry => entry.Name)];
        foreach (string name in expired)
        {
            _byName.Remove(name);
        }

        return expired;
    }

    /// <summary>When the next resource's time to live ends; null when none has one.</summary>
    public DateTimeOffset? NextExpiry() => _byName.Values.Min(static entry => entry.ExpiresAt);

    public void Remove(string name) => _byName.Remove(name);

    /// <summary>A subscribed resource that the server does not have: an answer, not silence.</summary>
    public void SetMissing(string name, TConfig placeholder, DateTimeOffset now)
    {
        XdsResource<TConfig> entry = Entry(name);
        entry.Version = "";
        entry.Message = null;
        entry.Latest = placeholder;
        entry.LastUpdated = now;
    }

    public void AddVersions(Google.Protobuf.Collections.MapField<string, string> versions)
    {
        foreach (XdsResource<TConfig> resource in _byName.Values)
        {
            if (resource.Version.Length > 0)
            {
                versions[resource.Name] = resource.Version;
            }
        }
    }

    private XdsResource<TConfig> Entry(string name)
    {
        if (!_byName.TryGetValue(name, out XdsResource<TConfig>? entry))
        {
            entry = new XdsResource<TConfig> { Name = name };
            _byName.Add(name, entry);
        }

        return entry;
    }

    private TConfig? Parse(Any? any, string name, ReadContext context)
    {
        string path = typeUrl[(typeUrl.LastIndexOf('.') + 1)..];
        if (!context.TryUnpack(any, path, parser, out TMessage message))
        {
            return null;
        }

        TConfig config = read(message, path, context);
        if (nameOf(config) != name)
        {
            context.Error(path, $"is named '{nameOf(config)}' inside and '{name}' outside");
        }

        return config;
    }
}
