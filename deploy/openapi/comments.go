package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// comments are those of the contracts, by full name, with the names of fields as JSON
// writes them.
type comments map[protoreflect.FullName]string

// readComments reads the comments of an image of buf.
func readComments(image string) (comments, error) {
	content, err := os.ReadFile(image) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	set := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(content, set); err != nil {
		return nil, fmt.Errorf("reading %s: %w", image, err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", image, err)
	}
	all, inJSON := comments{}, map[string]string{}
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(file.Path(), "parindex/") {
			all.take(file, file.Messages(), file.Enums())
			for i := range file.Services().Len() {
				service := file.Services().Get(i)
				all.add(file, service)
				for j := range service.Methods().Len() {
					all.add(file, service.Methods().Get(j))
				}
			}
			for i := range file.Extensions().Len() {
				all.add(file, file.Extensions().Get(i))
			}
			names(file.Messages(), inJSON)
		}
		return true
	})
	for name, text := range all {
		all[name] = snake.ReplaceAllStringFunc(text, func(word string) string {
			if other, ok := inJSON[word]; ok {
				return other
			}
			return word
		})
	}
	return all, nil
}

// snake matches a name of a field that JSON writes otherwise.
var snake = regexp.MustCompile(`\b[a-z][a-z0-9]*(_[a-z0-9]+)+\b`)

// names adds the JSON names of the fields of all messages.
func names(messages protoreflect.MessageDescriptors, inJSON map[string]string) {
	for i := range messages.Len() {
		fields := messages.Get(i).Fields()
		for j := range fields.Len() {
			inJSON[string(fields.Get(j).Name())] = fields.Get(j).JSONName()
		}
		names(messages.Get(i).Messages(), inJSON)
	}
}

func (c comments) take(file protoreflect.FileDescriptor, messages protoreflect.MessageDescriptors, enums protoreflect.EnumDescriptors) {
	for i := range messages.Len() {
		m := messages.Get(i)
		c.add(file, m)
		for j := range m.Fields().Len() {
			c.add(file, m.Fields().Get(j))
		}
		c.take(file, m.Messages(), m.Enums())
	}
	for i := range enums.Len() {
		e := enums.Get(i)
		c.add(file, e)
		for j := range e.Values().Len() {
			c.add(file, e.Values().Get(j))
		}
	}
}

func (c comments) add(file protoreflect.FileDescriptor, d protoreflect.Descriptor) {
	var lines []string
	for line := range strings.Lines(file.SourceLocations().ByDescriptor(d).LeadingComments) {
		lines = append(lines, strings.TrimSpace(line))
	}
	c[d.FullName()] = strings.TrimSpace(strings.Join(lines, "\n"))
}

// summary returns the first sentence of a comment in one line.
func summary(comment string) string {
	line := strings.Join(strings.Fields(comment), " ")
	first, _, _ := strings.Cut(line, ". ")
	return strings.TrimSuffix(first, ".")
}
