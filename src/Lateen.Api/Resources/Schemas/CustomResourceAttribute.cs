namespace Lateen.Api.Resources.Schemas;

/// <summary>Names a custom resource: group, kind and the words that kubectl knows it by.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomResourceAttribute(string group, string kind, string plural) : Attribute
{
    public string Group { get; } = group;

    public string Kind { get; } = kind;

    public string Plural { get; } = plural;

    public string[] ShortNames { get; init; } = [];

    /// <summary>Whether objects of the kind have no namespace.</summary>
    public bool ClusterScoped { get; init; }

    /// <summary>Served versions; the first is the one that is stored.</summary>
    public string[] Versions { get; init; } = ["v1", "v1beta1", "v1alpha3"];
}
