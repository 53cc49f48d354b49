namespace Lateen.Fuzz;

/// <summary>Something that reads bytes from outside, and what must hold whatever they are.</summary>
internal abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Good inputs, which mutations start from.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Pieces of the language, which mutations put in.</summary>
    public virtual IReadOnlyList<byte[]> Tokens => [];

    /// <summary>
    /// Reads the input and checks what must hold; an exception of any kind is a finding. Returns what became of it in a few words:
    /// inputs with a new outcome become seeds too, which is all the guidance there is without coverage.
    /// </summary>
    public abstract string Run(byte[] input, FuzzRandom random);

    protected static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzException(what);
        }
    }

    protected static byte[] Bytes(string latin1) => System.Text.Encoding.Latin1.GetBytes(latin1);
}
