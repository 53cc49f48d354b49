namespace Lateen.Local.ApiServer.Patching;

/// <summary>One manager's share of an object's fields.</summary>
internal sealed record ManagedEntry(string Manager, string Operation, string ApiVersion, string Subresource, string Time,
    FieldSet Fields)
{
    public bool IsSameManager(ManagedEntry other)
    {
        return Manager == other.Manager && Operation == other.Operation && ApiVersion == other.ApiVersion
            && Subresource == other.Subresource;
    }
}
