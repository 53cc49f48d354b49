namespace Lateen.Proxy.Config;

/// <summary>What happens when the header is there already.</summary>
public enum HeaderAppendAction : byte
{
    AppendIfExistsOrAdd,
    AddIfAbsent,
    OverwriteIfExistsOrAdd,
    OverwriteIfExists,
}
