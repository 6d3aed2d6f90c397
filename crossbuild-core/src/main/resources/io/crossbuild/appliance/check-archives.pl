# usage: check-archives.pl DIRECTORY... -- FILE...
# See "check-archives": directories where apt keeps packages, and files with what it has read from its lists. Uses only
# what perl-base contains.
use strict;
use warnings;
use Fcntl ':mode';

# As many names as fit into a message.
my $shown = 3;
# What has been checked since the machine started: since then only steps of this build have changed it.
my $memory = '/dev/crossbuild/checked-archives';
my ( %seen, %caches, %removed );

# Caches are the file systems of disks other than the root's; see proc_pid_mountinfo(5).
sub device {
    my $number = shift;
    return ( ( $number >> 8 ) & 0xfff ) . ':' . ( ( $number & 0xff ) | ( ( $number >> 12 ) & 0xfff00 ) );
}

sub find_caches {
    open( my $mounts, '<', '/proc/self/mountinfo' ) or die "/proc/self/mountinfo: $!\n";
    while (<$mounts>) {
        $caches{$1} = 1 if /^\d+ \d+ (\d+:\d+) .* - ext4 /;
    }
    delete $caches{ device( ( stat '/' )[0] ) };
}

sub in_cache { return $caches{ device(shift) } }

sub recall {
    open( my $file, '<', $memory ) or return;
    chomp( my @lines = <$file> );
    $seen{$_} = 1 for @lines;
}

# Whether a directory is being checked for something for the first time.
sub is_new {
    my ( $what, @attributes ) = @_;
    my $name = "$what $attributes[0] $attributes[1]";
    return 0 if $seen{$name}++;
    open( my $file, '>>', $memory ) or die "$memory: $!\n";
    print {$file} "$name\n" or die "$memory: $!\n";
    close $file or die "$memory: $!\n";
    return 1;
}

sub remove {
    my ( $kind, $path ) = @_;
    if ( -d $path && !-l $path ) {
        system( '/bin/rm', '-rf', '--', $path ) == 0 or die "cannot remove $path\n";
    }
    else {
        unlink $path or die "cannot remove $path: $!\n";
    }
    ( my $name = $path ) =~ s{.*/}{}s;
    push @{ $removed{$kind} }, $name;
}

# Follows a path as the kernel does, link by link. A link inside a cache is removed: a cache must not decide where apt
# looks.
sub place {
    my @rest = grep { length && $_ ne '.' } split m{/}, shift;
    my ( $at, $links ) = ( '', 0 );
    while (@rest) {
        my $name = shift @rest;
        if ( $name eq '..' ) {
            $at =~ s{/[^/]*\z}{};
            next;
        }
        my $path = "$at/$name";
        my @attributes = lstat $path;
        if ( @attributes && S_ISLNK( $attributes[2] ) ) {
            if ( in_cache( $attributes[0] ) ) {
                remove( 'odd', $path );
                return undef;
            }
            die "$path: too many links\n" if ++$links > 40;
            my $target = readlink $path;
            $at = '' if $target =~ m{^/};
            unshift @rest, grep { length && $_ ne '.' } split m{/}, $target;
        }
        else {
            $at = $path;
        }
    }
    return $at;
}

# The attributes of a directory in a cache. Anything else in its place is removed.
sub cached_directory {
    my $path = shift;
    return unless defined $path;
    my @attributes = lstat $path;
    return unless @attributes && in_cache( $attributes[0] );
    return @attributes if S_ISDIR( $attributes[2] );
    remove( 'odd', $path );
    return;
}

sub names {
    my $path = shift;
    opendir( my $directory, $path ) or die "$path: $!\n";
    return grep { $_ ne '.' && $_ ne '..' } readdir $directory;
}

sub is_plain {
    my @attributes = @_;
    return S_ISREG( $attributes[2] ) && $attributes[3] == 1;
}

# Partial downloads of apt, which itself checks their digests once they are complete.
sub check_partial {
    my $path = shift;
    my @attributes = cached_directory($path) or return;
    return unless is_new( 'partial', @attributes );
    for my $name ( names($path) ) {
        my @found = lstat "$path/$name" or die "$path/$name: $!\n";
        remove( 'odd', "$path/$name" ) unless is_plain(@found);
    }
}

# Like apt's QuoteString().
sub quoted {
    my ( $text, $bad ) = @_;
    $text =~ s/([%\s\x00-\x20\x7f-\xff$bad])/sprintf '%%%02x', ord $1/gse;
    return $text;
}

# The package lists that apt has now, decompressed.
sub each_stanza {
    my $take = shift;
    return unless -e '/usr/bin/apt-get';
    open( my $targets, '-|', '/usr/bin/apt-get', 'indextargets', '--format', '$(FILENAME)', 'Created-By: Packages' )
        or die "apt-get indextargets: $!\n";
    chomp( my @files = <$targets> );
    close $targets or die "apt-get indextargets failed\n";
    # Paragraphs.
    local $/ = '';
    for my $file ( grep { -f } @files ) {
        my $list;
        if ( $file =~ /_Packages\z/ ) {
            open( $list, '<', $file ) or die "$file: $!\n";
        }
        else {
            open( $list, '-|', '/usr/lib/apt/apt-helper', 'cat-file', $file ) or die "$file: $!\n";
        }
        while (<$list>) { $take->($_) }
        close $list or die "cannot read $file\n";
    }
}

# The sizes and SHA-256 digests of packages, by the name that apt gives the file.
sub listed {
    my %wanted = map { /^([^_]+)_/ ? ( $1 => 1 ) : () } @_;
    my %listed;
    each_stanza(
        sub {
            my $stanza = shift;
            return unless $stanza =~ /^Package: *(\S+)/m && $wanted{$1};
            my %field = ( Package => $1 );
            $field{$1} = $2 while $stanza =~ /^(Version|Architecture|Filename|Size|SHA256): *(\S+)/mg;
            return if grep { !defined $field{$_} } qw(Version Architecture Filename Size SHA256);
            my ($extension) = $field{Filename} =~ m{\.([^./]*)\z} or return;
            my $name = join '_', quoted( $field{Package}, '_:' ), quoted( $field{Version}, '_:' ),
                quoted( $field{Architecture}, '_:.' );
            $listed{"$name.$extension"}{"$field{Size} \L$field{SHA256}"} = 1;
        }
    );
    return \%listed;
}

# The digests by name; a file that cannot be read has none.
sub digests {
    my ( $path, @names ) = @_;
    return {} unless @names;
    chdir $path or die "$path: $!\n";
    my $list = "/dev/shm/archives.$$";
    open( my $file, '>', $list ) or die "$list: $!\n";
    print {$file} map { "./$_\0" } @names or die "$list: $!\n";
    close $file or die "$list: $!\n";
    chomp( my $processors = `/usr/bin/nproc` || 1 );
    # Ten lines fit into a single write to a pipe, so the lines of several processes do not mix.
    open( my $out, '-|', '/usr/bin/xargs', '-0', '-a', $list, '-n', 10, '-P', $processors, '/usr/bin/sha256sum', '-z',
        '--' ) or die "xargs: $!\n";
    local $/ = "\0";
    my %digests;
    while (<$out>) {
        $digests{$2} = $1 if m{^([0-9a-f]{64})  \./(.*)\0\z}s;
    }
    close $out;
    # 123 means that a file cannot be read.
    die "sha256sum failed\n" if $? != 0 && $? >> 8 != 123;
    unlink $list;
    chdir '/' or die "/: $!\n";
    return \%digests;
}

sub check_archives {
    my $path = shift;
    my @attributes = cached_directory($path) or return;
    return unless is_new( 'archives', @attributes );
    my %sizes;
    for my $name ( names($path) ) {
        my @found = lstat "$path/$name" or die "$path/$name: $!\n";
        # apt does not need directories, and one of them could be in the way of a file.
        next if S_ISDIR( $found[2] ) && $name !~ /deb\z/;
        if ( !is_plain(@found) ) { remove( 'odd', "$path/$name" ) }
        elsif ( $name ne 'lock' ) { $sizes{$name} = $found[7] }
    }
    return unless %sizes;
    my $listed = listed( keys %sizes );
    my @whole = grep {
        my $name = $_;
        grep { /^\Q$sizes{$name}\E / } keys %{ $listed->{$name} || {} }
    } keys %sizes;
    my $digests = digests( $path, @whole );
    for my $name ( sort keys %sizes ) {
        my $digest = $digests->{$name} || '';
        next if $listed->{$name} && $listed->{$name}{"$sizes{$name} $digest"};
        remove( $listed->{$name} ? 'changed' : 'unlisted', "$path/$name" );
    }
}

sub check_binary {
    my $path = shift;
    ( my $directory = $path ) =~ s{/[^/]*\z}{};
    my $place = place($directory);
    my @attributes = cached_directory($place) or return;
    ( my $name = $path ) =~ s{.*/}{}s;
    return unless is_new( "binary $name", @attributes );
    my @found = lstat "$place/$name" or return;
    return if S_ISDIR( $found[2] );
    if ( is_plain(@found) ) { unlink "$place/$name" or die "cannot remove $place/$name: $!\n" }
    else { remove( 'odd', "$place/$name" ) }
}

my ( @directories, @files );
my $into = \@directories;
for my $argument (@ARGV) {
    if ( $argument eq '--' ) { $into = \@files }
    elsif ( $argument =~ m{^/} ) { push @{$into}, $argument }
}
find_caches();
exit 0 unless %caches;
recall();
# This must happen before apt is asked for its lists.
check_binary($_) for @files;
for my $directory (@directories) {
    check_archives( place($directory) );
    check_partial( place("$directory/partial") );
}
for my $kind ( sort keys %removed ) {
    my @names = @{ $removed{$kind} };
    my $count = @names;
    splice @names, $shown if $count > $shown;
    for (@names) {
        s/[^\x21-\x7e]/?/g;
        $_ = substr( $_, 0, 100 );
    }
    print join( "\t", $kind, $count, @names ), "\n";
}
