namespace Lateen.Api.Text;

using System.Globalization;

/// <summary>Paths as Kubernetes writes them: <c>spec.http[0].match</c>, <c>metadata.labels[app.kubernetes.io/name]</c>.</summary>
public static class FieldPath
{
    public static string Field(string parent, string name)
    {
        if (!IsPlain(name))
        {
            return $"{parent}[{name}]";
        }

        return parent.Length == 0 ? name : $"{parent}.{name}";
    }

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    /// <summary>The path of what holds this field or item; empty at the root.</summary>
    public static string Parent(string path)
    {
        int cut = path.EndsWith(']') ? path.LastIndexOf('[') : path.LastIndexOf('.');
        return cut < 0 ? "" : path[..cut];
    }

    private static bool IsPlain(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not '_' and not '-')
            {
                return false;
            }
        }

        return name.Length > 0;
    }
}
