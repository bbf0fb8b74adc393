namespace Pulse.Audit.Tests.Evidence;

public sealed class NoteTextTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

    [Fact]
    public void A_checkpoint_is_the_text_of_the_specification()
    {
        var head = new TreeHead("example.com/behind-the-sofa", 20_852_163, Convert.FromBase64String(Root));

        Assert.Equal($"example.com/behind-the-sofa\n20852163\n{Root}\n", head.ToString());
        var read = TreeHead.Parse(["example.com/behind-the-sofa", "20852163", Root])!;
        Assert.Equal((head.Origin, head.Size), (read.Origin, read.Size));
        Assert.Equal(head.Root, read.Root);
    }

    [Fact]
    public void Extension_lines_are_passed_over() => Assert.Equal(0, TreeHead.Parse(["a", "0", Root, "more"])?.Size);

    [Theory]
    [InlineData("", "1", Root)]
    [InlineData("a", "", Root)]
    [InlineData("a", "01", Root)]
    [InlineData("a", "00", Root)]
    [InlineData("a", "+1", Root)]
    [InlineData("a", "-1", Root)]
    [InlineData("a", " 1", Root)]
    [InlineData("a", "1x", Root)]
    [InlineData("a", "9223372036854775808", Root)]
    [InlineData("a", "1", "")]
    [InlineData("a", "1", "AAAA")]
    [InlineData("a", "1", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA")]
    [InlineData("a", "1", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I =")]
    [InlineData("a", "1", "!sUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")]
    public void Anything_else_is_no_checkpoint(string origin, string size, string root) => Assert.Null(TreeHead.Parse([origin, size, root]));

    [Fact]
    public void Two_lines_are_no_checkpoint()
    {
        Assert.Null(TreeHead.Parse(["a", "1"]));
        Assert.Null(TreeHead.Parse(["a", "1", Root, ""]));
    }

    [Fact]
    public void A_handover_reads_back()
    {
        var handover = new KeyHandover("a", 2, new TreeHead("a", 7, Convert.FromBase64String(Root)), [1, 2, 3]);

        Assert.Equal($"a/key\n2\n7\n{Root}\nAQID\n", handover.ToString());
        var read = KeyHandover.Parse(["a/key", "2", "7", Root, "AQID"])!;
        Assert.Equal(("a", 2, 7L, "a"), (read.Origin, read.Epoch, read.From.Size, read.From.Origin));
        Assert.Equal([1, 2, 3], read.PublicKey);
    }

    [Theory]
    [InlineData("a", "2", "7", Root, "AQID")]
    [InlineData("a/key", "x", "7", Root, "AQID")]
    [InlineData("a/key", "2", "07", Root, "AQID")]
    [InlineData("a/key", "2", "7", "", "AQID")]
    [InlineData("a/key", "2", "7", Root, "!")]
    [InlineData("a/key", "2", "7", Root, "AQID", "more")]
    public void Anything_else_is_no_handover(params string[] lines) => Assert.Null(KeyHandover.Parse(lines));
}
