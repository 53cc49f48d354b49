namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;
using Append = Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction;

/// <summary>Reads headers to add and remove.</summary>
internal static class HeaderMutationReader
{
    public static HeaderMutations Read(
        IReadOnlyList<HeaderValueOption> add, IReadOnlyList<string> remove, string addPath, ReadContext context)
    {
        if (add.Count == 0 && remove.Count == 0)
        {
            return HeaderMutations.None;
        }

        var mutations = new List<HeaderMutation>(add.Count);
        for (int i = 0; i < add.Count; i++)
        {
            HeaderMutation? mutation = ReadOne(add[i], $"{addPath}[{i}]", context);
            if (mutation is not null)
            {
                mutations.Add(mutation);
            }
        }

        foreach (string name in remove)
        {
            CheckName(name, $"{addPath} (remove)", context);
        }

        return new HeaderMutations { Add = mutations, Remove = [.. remove.Select(static name => name.ToLowerInvariant())] };
    }

    private static HeaderMutation? ReadOne(HeaderValueOption option, string path, ReadContext context)
    {
        if (option.Header is null || option.Header.Key.Length == 0)
        {
            context.Error($"{path}.header.key", "is required");
            return null;
        }

        string value = option.Header.RawValue.IsEmpty ? option.Header.Value : option.Header.RawValue.ToStringUtf8();
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            context.Error($"{path}.header.value", "must not contain CR, LF or NUL");
            return null;
        }

        CheckName(option.Header.Key, $"{path}.header.key", context);
        if (new HeaderFormat(value).Error is { } error)
        {
            context.Error($"{path}.header.value", $"{error}; a '%' itself is written '%%'");
        }

        return new HeaderMutation(option.Header.Key.ToLowerInvariant(), value, ReadAction(option, path, context), option.KeepEmptyValue);
    }

    // `append` is the older field; when it is set it decides.
    private static HeaderAppendAction ReadAction(HeaderValueOption option, string path, ReadContext context)
    {
        if (option.Append is { } append)
        {
            return append ? HeaderAppendAction.AppendIfExistsOrAdd : HeaderAppendAction.OverwriteIfExistsOrAdd;
        }

        switch (option.AppendAction)
        {
            case Append.AppendIfExistsOrAdd: return HeaderAppendAction.AppendIfExistsOrAdd;
            case Append.AddIfAbsent: return HeaderAppendAction.AddIfAbsent;
            case Append.OverwriteIfExistsOrAdd: return HeaderAppendAction.OverwriteIfExistsOrAdd;
            case Append.OverwriteIfExists: return HeaderAppendAction.OverwriteIfExists;
            default:
                context.Error($"{path}.append_action", $"unknown value {(int)option.AppendAction}");
                return HeaderAppendAction.AppendIfExistsOrAdd;
        }
    }

    private static void CheckName(string name, string path, ReadContext context)
    {
        // Pseudo-headers other than these decide routing and framing and cannot be touched (Envoy refuses them too).
        if (name.StartsWith(':') && name is not (":authority" or ":path" or ":method" or ":scheme"))
        {
            context.Error(path, $"{name} cannot be changed");
        }

        foreach (char letter in name.AsSpan(name.StartsWith(':') ? 1 : 0))
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal))
            {
                context.Error(path, $"'{name}' is not a header name");
                return;
            }
        }
    }
}
