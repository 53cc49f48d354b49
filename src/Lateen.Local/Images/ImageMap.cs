namespace Lateen.Local.Images;

using System.IO.Enumeration;
using System.Text.Json;

/// <summary>Finds the local command that stands for an image: the home's own entries first, then the built-in ones.</summary>
public sealed class ImageMap(string file)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Folders whose content no pod may see; a program in one of them cannot be an image.</summary>
    private static readonly string[] Hidden = ["/root", "/home", "/run", "/proc", "/sys", "/dev", "/etc", "/boot", "/var", "/tmp"];

    /// <summary>The entries added by the user; read anew each time, so that a change needs no restart.</summary>
    public IReadOnlyList<ImageEntry> Added
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<List<ImageEntry>>(File.ReadAllText(file)) ?? [];
            }
            catch (FileNotFoundException)
            {
                return [];
            }
            catch (JsonException bad)
            {
                throw new InvalidOperationException($"The image map {file} is not valid: {bad.Message} Correct or delete it.");
            }
        }
    }

    public static IReadOnlyList<ImageEntry> BuiltIn => BuiltInImages.All;

    public ImageEntry? Find(string image)
    {
        string name = Normalize(image);
        return Added.Concat(BuiltIn).FirstOrDefault(entry =>
            FileSystemName.MatchesSimpleExpression(entry.Pattern, name, ignoreCase: false)
            || FileSystemName.MatchesSimpleExpression(entry.Pattern, image, ignoreCase: false));
    }

    /// <summary>Adds or replaces the entry of a pattern.</summary>
    public void Add(string pattern, IReadOnlyList<string> command)
    {
        if (command.Count == 0 || !Path.IsPathRooted(command[0]))
        {
            throw new ArgumentException("An image needs a command that starts with an absolute path, for example: "
                + "lateen image add 'example.com/shop:*' -- /opt/shop/bin/shop --port 8080");
        }

        string program = Path.GetFullPath(command[0]);
        if (Hidden.FirstOrDefault(folder => program.StartsWith(folder + "/", StringComparison.Ordinal)) is { } hidden)
        {
            throw new ArgumentException($"Pods never see {hidden}. Put the program under /opt or /usr/local and name it there.");
        }

        if (!File.Exists(program))
        {
            throw new ArgumentException($"There is no program {program}.");
        }

        Save([.. Added.Where(entry => entry.Pattern != pattern), new ImageEntry { Pattern = pattern, Command = command }]);
    }

    /// <returns>False when no such entry was added (built-in ones stay).</returns>
    public bool Remove(string pattern)
    {
        List<ImageEntry> left = [.. Added.Where(entry => entry.Pattern != pattern)];
        if (left.Count == Added.Count)
        {
            return false;
        }

        Save(left);
        return true;
    }

    /// <summary>Writes a name out in full, as container engines do: docker.io/library/NAME:latest.</summary>
    internal static string Normalize(string image)
    {
        string name = image.Contains('@') ? image[..image.IndexOf('@')] : image;
        int slash = name.IndexOf('/');
        string first = slash < 0 ? "" : name[..slash];
        bool registry = first.Contains('.') || first.Contains(':') || first == "localhost";
        name = registry ? name : slash < 0 ? $"docker.io/library/{name}" : $"docker.io/{name}";
        return name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + ":latest";
    }

    private void Save(IReadOnlyList<ImageEntry> entries)
    {
        string temporary = file + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(entries, Format));
        File.Move(temporary, file, overwrite: true);
    }
}
