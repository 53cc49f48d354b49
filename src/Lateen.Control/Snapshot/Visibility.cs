namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;

/// <summary>Reads exportTo: "." is the owner's namespace, "*" every namespace, "~" none; other words are namespaces.</summary>
internal static class Visibility
{
    private const string Own = ".";
    private const string Everybody = "*";
    private const string Nobody = "~";

    /// <summary>Whether a namespace sees an object; one that does not say follows the mesh's default, else all see it.</summary>
    public static bool Allows(ValueList<string> exportTo, ValueList<string> fallback, string owner, string viewer)
    {
        ValueList<string> said = exportTo.Count > 0 ? exportTo : fallback;
        if (IsPublic(said))
        {
            return true;
        }

        return !said.Contains(Nobody) && (said.Contains(viewer) || (owner == viewer && said.Contains(Own)));
    }

    public static bool IsPublic(ValueList<string> exportTo, ValueList<string> fallback) =>
        IsPublic(exportTo.Count > 0 ? exportTo : fallback);

    /// <summary>Whether it is for the owner's namespace and no other.</summary>
    public static bool IsPrivate(ValueList<string> exportTo, ValueList<string> fallback, string owner)
    {
        ValueList<string> said = exportTo.Count > 0 ? exportTo : fallback;
        return said.Count > 0 && said.All(each => each == Own || each == owner);
    }

    private static bool IsPublic(ValueList<string> said) => said.Count == 0 || said.Contains(Everybody);
}
